import Testing

@testable import PTrainData

/// The ring's plan against a ring of slots that is filled and emptied by hand.
struct RingPlanTests {
  /// Cuts a stream of `count` rows into frames of the lengths `lengths`, repeated.
  private static func frames(count: Int, lengths: [Int]) -> [RingPlan.Frame] {
    var frames: [RingPlan.Frame] = []
    var start = 0
    while start < count {
      let end = min(start + lengths[frames.count % lengths.count], count)
      frames.append(RingPlan.Frame(index: frames.count, firstRow: 0, stream: start..<end))
      start = end
    }
    return frames
  }

  /// A ring as the plan directs it, with an account of what lies where.
  private struct Simulation {
    let plan: RingPlan
    let picks: [UInt32]
    var decodedFrames = 0
    /// The stream position in each slot.
    var slots: [Int?]
    /// Of each stream position.
    var isTaken: [Bool]
    var problem: String?

    init(plan: RingPlan, picks: [UInt32], position: Int) {
      (self.plan, self.picks) = (plan, picks)
      slots = [Int?](repeating: nil, count: plan.slotCount)
      isTaken = [Bool](repeating: false, count: picks.count)
      for output in 0..<position { isTaken[Int(picks[output])] = true }
    }

    /// As a ring does, rows that an earlier output took are left out.
    mutating func decodeNextFrame() {
      for position in plan.frames[decodedFrames].stream where !isTaken[position] {
        let slot = Int(plan.streamSlots[position])
        if let old = slots[slot], !isTaken[old] { problem = problem ?? "row \(old) is overwritten by \(position)" }
        slots[slot] = position
      }
      decodedFrames += 1
    }

    /// Decodes what the outputs before `end` need and, if `isEager`, all there is room for; then takes the outputs.
    mutating func take(_ outputs: Range<Int>, isEager: Bool) {
      let room = plan.framesWithRoom(consumed: outputs.lowerBound)
      let needed = plan.framesNeeded(forOutputsBefore: outputs.upperBound)
      if room < needed { problem = problem ?? "\(needed) frames are needed, there is room for \(room)" }
      while decodedFrames < max(needed, isEager ? room : 0) { decodeNextFrame() }
      for output in outputs where slots[Int(plan.outputSlots[output])] != Int(picks[output]) {
        problem = problem ?? "output \(output) finds another row"
      }
      // All at once: the rows of a minibatch are taken in any order.
      for output in outputs { isTaken[Int(picks[output])] = true }
    }
  }

  /// Why the plan does not work out; `nil` if every output meets its row.
  private static func problem(
    _ plan: RingPlan, picks: [UInt32], batchSize: Int, position: Int, isEager: Bool
  ) -> String? {
    var ring = Simulation(plan: plan, picks: picks, position: position)
    for start in stride(from: position, to: picks.count, by: batchSize) {
      ring.take(start..<min(start + batchSize, picks.count), isEager: isEager)
    }
    return ring.problem ?? (ring.isTaken.allSatisfy { $0 } ? nil : "rows are left over")
  }

  /// All small streams, windows, minibatches, frame lengths and starts, from the fewest slots up.
  @Test(arguments: [[1], [3], [4, 1, 2]])
  func everySmallRingGivesEachOutputItsRow(lengths: [Int]) {
    for count in 0...11 {
      let frames = Self.frames(count: count, lengths: lengths)
      let longest = frames.map(\.stream.count).max() ?? 0
      for window in 1...(count + 1) {
        let picks = WindowOrder(shards: [0..<count], window: window, seed: 4, epoch: count).picks
        for batchSize in 1...(count + 1) {
          let fewest = window + batchSize + longest
          for slotCount in [fewest, fewest + 1, fewest + count] {
            let plan = RingPlan(picks: picks, frames: frames, window: window, slotCount: slotCount)
            for position in stride(from: 0, through: count, by: batchSize) {
              for isEager in [false, true] {
                let problem = Self.problem(
                  plan, picks: picks, batchSize: batchSize, position: position, isEager: isEager)
                #expect(
                  problem == nil,
                  "\(count) rows, window \(window), batch \(batchSize), \(slotCount) slots, from \(position), eager \(isEager)"
                )
              }
            }
          }
        }
      }
    }
  }

  @Test func neededAndRoomyFramesAreCountedAsBySearch() {
    let frames = Self.frames(count: 23, lengths: [4, 1, 2])
    let picks = WindowOrder(shards: [0..<23], window: 5, seed: 4, epoch: 0).picks
    for slotCount in 5...30 {
      let plan = RingPlan(picks: picks, frames: frames, window: 5, slotCount: slotCount)
      for output in 0...23 {
        // Output i's row is one of the stream's first i + window.
        let needed = frames.count { output > 0 && $0.stream.lowerBound <= output - 1 + 5 - 1 }
        if output > 0 { #expect(plan.framesNeeded(forOutputsBefore: output) == needed) }
        let roomy = frames.count { frame in frame.stream.allSatisfy { $0 - slotCount < output } }
        #expect(plan.framesWithRoom(consumed: output) == roomy)
      }
    }
  }
}

struct FrameBoardTests {
  /// Frames claimed by number and in turn, in every order of three: each is given out once.
  @Test func everyFrameIsClaimedOnce() {
    for first in 0..<4 {
      for second in 0..<4 {
        let board = FrameBoard(frameCount: 4)
        #expect(board.claim(first))
        #expect(board.claim(second) == (second != first))
        var claimed: [Int] = []
        while let frame = board.claimNext(before: 3) { claimed.append(frame) }
        #expect(claimed == (0..<3).filter { $0 != first && $0 != second })
        #expect(board.claimNext(before: 9) == (first == 3 || second == 3 ? nil : 3))
        #expect(board.claimNext(before: 9) == nil)
      }
    }
  }

  /// All orders in which four frames become ready.
  @Test func aPrefixIsReadyOnceAllBeforeItIs() {
    for code in 0..<256 {
      let order = (0..<4).map { code >> (2 * $0) & 3 }
      guard Set(order).count == 4 else { continue }
      let board = FrameBoard(frameCount: 4)
      for (step, frame) in order.enumerated() {
        #expect(board.claim(frame))
        #expect(!board.isReady(frame))
        board.markReady(frame)
        let ready = Set(order[...step])
        for count in 0...4 {
          #expect(board.isReady(first: count) == (0..<count).allSatisfy(ready.contains), "\(order), \(count)")
        }
        #expect((0..<4).allSatisfy { board.isReady($0) == ready.contains($0) })
      }
    }
  }

  @Test func aBoardWithoutFramesIsReady() {
    let board = FrameBoard(frameCount: 0)
    #expect(board.isReady(first: 0) && board.claimNext(before: 5) == nil)
  }
}
