import PTrainCore
import PTrainRanks
import PTrainTestSupport
import Testing

/// Runs `body` on a thread for each rank, and leaves the group.
///
/// - Returns: what the ranks return, in their order.
func onRanks<Value: Sendable>(
  _ count: Int, _ body: @escaping @Sendable (RankGroup) -> Value
) throws -> [Value] {
  let groups = try RankGroup.local(count: count)
  let results = groups.map { _ in Slot<Value>() }
  let threads = zip(groups, results).map { group, result in
    PlainThread(name: "rank \(group.rank)") {
      result.value = body(group)
      group.leave()
    }
  }
  for thread in threads { try #require(thread).join() }
  return results.compactMap(\.value)
}

private final class Slot<Value>: @unchecked Sendable {
  // Sendable: written by one thread, and read after that was joined.
  var value: Value?
}

struct ExchangeTests {
  @Test(arguments: 1...5) func everyBlockArrivesOnceAndNothingElseIsWritten(rankCount: Int) throws {
    let mistakes = try onRanks(rankCount) { RankTrials.exchanges($0, seeds: 0..<4, runCount: 9) }
    #expect(mistakes.count == rankCount)
    #expect(mistakes.flatMap(\.self) == [])
  }

  @Test(arguments: 1...5) func gatheringAndBroadcastingTakeAnyLength(rankCount: Int) throws {
    let mistakes = try onRanks(rankCount) { RankTrials.collectives($0) }
    #expect(mistakes.count == rankCount)
    #expect(mistakes.flatMap(\.self) == [])
  }

  /// The first part of the line holds up those after it, and nothing else does.
  @Test func aPartSetsOutAfterThoseBeforeIt() throws {
    let outcomes = try onRanks(2) { group in
      let first = Numbers(group, arrivals: 1)
      let second = Numbers(group, arrivals: 0)
      first.begin(with: 1)
      second.begin(with: 2)
      // Nobody has arrived at the first part anywhere: neither exchange can be over, whatever the time.
      let isHeldUp = !first.exchange.isComplete && !second.exchange.isComplete
      let hands = group.gatherAfter { first.exchange.arrive(part: 0) }
      first.exchange.wait()
      second.exchange.wait()
      return isHeldUp && hands == 2 && first.received == 1 && second.received == 2
    }
    #expect(outcomes == [true, true])
  }

  @Test func arrivalsBeforeTheBeginningCount() throws {
    let received = try onRanks(3) { group in
      let numbers = Numbers(group, arrivals: 1)
      return (1...50).map { run in
        numbers.sent.pointee = run
        numbers.exchange.arrive(part: 0)
        numbers.exchange.begin()
        numbers.exchange.wait()
        return numbers.received
      }
    }
    #expect(received == Array(repeating: Array(1...50), count: 3))
  }

  @Test func anExchangeCanEndBeforeItsLastRun() throws {
    let done = try onRanks(2) { group in
      for run in 1...20 {
        let numbers = Numbers(group, arrivals: 0)
        numbers.begin(with: run)
        numbers.exchange.wait()
      }
      return group.gather([1]).count
    }
    #expect(done == [2, 2])
  }

  @Test func timesAreTakenOnce() throws {
    let isRight = try onRanks(2) { group in
      let numbers = Numbers(group, arrivals: 0)
      for run in 1...10 {
        numbers.begin(with: run)
        numbers.exchange.wait()
      }
      let once = numbers.exchange.takeTimes()
      return once.communication > 0 && once.hidden <= once.communication
        && numbers.exchange.takeTimes() == ExchangeTimes()
    }
    #expect(isRight == [true, true])
  }

  @Test func aloneEverythingIsOverAtOnce() {
    let exchange = RankExchange(.alone, parts: [ExchangePart(sends: [[]], receives: [[]], arrivals: 7)])
    for _ in 0..<3 {
      exchange.begin()
      exchange.wait()
      #expect(exchange.isComplete)
    }
    #expect(RankGroup.alone.isAlone)
    #expect(RankGroup.alone.gather([1, 2]) == [[1, 2]])
    #expect(RankGroup.alone.broadcast([3]) == [3])
    RankGroup.alone.leave()
  }
}

/// An exchange in which each rank sends the others one number, all the same.
private final class Numbers: @unchecked Sendable {
  // Sendable: each belongs to one rank.
  let exchange: RankExchange
  let sent = UnsafeMutablePointer<Int>.allocate(capacity: 1)
  private let slots: UnsafeMutablePointer<Int>
  private let group: RankGroup

  init(_ group: RankGroup, arrivals: Int) {
    self.group = group
    let (sent, slots) = (self.sent, UnsafeMutablePointer<Int>.allocate(capacity: group.count))
    sent.initialize(to: 0)
    slots.initialize(repeating: 0, count: group.count)
    let size = MemoryLayout<Int>.size
    func lists(_ block: (Int) -> UnsafeMutablePointer<Int>) -> [[MemoryBlock]] {
      (0..<group.count).map { $0 == group.rank ? [] : [MemoryBlock(block($0), byteCount: size)] }
    }
    exchange = RankExchange(
      group, parts: [ExchangePart(sends: lists { _ in sent }, receives: lists { slots + $0 }, arrivals: arrivals)])
    self.slots = slots
  }

  // The numbers are not freed: the communicating thread may still hold an exchange whose last run is over.

  func begin(with number: Int) {
    sent.pointee = number
    exchange.begin()
  }

  /// What all the others sent, if they agree.
  var received: Int? {
    let others = (0..<group.count).filter { $0 != group.rank }.map { slots[$0] }
    return Set(others).count == 1 ? others.first : nil
  }
}

extension RankGroup {
  /// Does `body`, and then tells how many ranks have done so.
  fileprivate func gatherAfter(_ body: () -> Void) -> Int {
    body()
    return gather([1]).count
  }
}
