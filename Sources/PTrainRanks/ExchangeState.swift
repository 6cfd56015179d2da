import PTrainCore
import Synchronization

/// What lanes and the communicating thread know of an exchange. All counters only grow, so a thread that was asleep for
/// a hundred runs can't take one for another.
///
/// Memory orders:
/// - `arrive` releases what the lane wrote. Additions continue each other's release sequence, so the communicating
///   thread, which acquires the counter, sees what all arrivals wrote that it counts.
/// - `completed` is stored by the communicating thread alone, which releases what was received; who acquires it sees that.
/// - `begun` is relaxed: who begins hands the run over by ``Communicator``, and who waits knows of it from elsewhere.
/// - Times are only added up; relaxed.
final class ExchangeState: @unchecked Sendable {
  // Sendable: `prepared` and `isDisused` belong to the communicating thread; all else is atomic or constant.
  let parts: [ExchangePart]
  var prepared: [any PreparedPart] = []
  /// Whether nobody can begin a run any more.
  var isDisused = false

  private let arrived: [Counter]
  private let begun = Atomic<Int>(0)
  private let completed = Atomic<Int>(0)
  private let communication = Atomic<UInt64>(0)
  private let hidden = Atomic<UInt64>(0)
  /// When somebody began to wait for the run under way; 0 while nobody does.
  private let waitedSince = Atomic<UInt64>(0)
  private let exposed = Atomic<UInt64>(0)

  /// A counter by itself on its cache line: lanes that arrive at one part don't slow those at another.
  private final class Counter: Sendable {
    private let before: (Int, Int, Int, Int, Int, Int, Int, Int) = (0, 0, 0, 0, 0, 0, 0, 0)
    let value = Atomic<Int>(0)
    private let after: (Int, Int, Int, Int, Int, Int, Int) = (0, 0, 0, 0, 0, 0, 0)
  }

  init(parts: [ExchangePart]) {
    self.parts = parts
    arrived = parts.map { _ in Counter() }
  }

  /// - Returns: the number of the run that begins, from 1.
  func begin() -> Int {
    let run = begun.load(ordering: .relaxed) + 1
    precondition(completed.load(ordering: .acquiring) == run - 1, "run \(run) begins before the one before it ends")
    waitedSince.store(0, ordering: .relaxed)
    begun.store(run, ordering: .relaxed)
    return run
  }

  func arrive(part: Int) { arrived[part].value.add(1, ordering: .releasing) }

  /// Whether all that `part` needs in `run` is there.
  func isReady(part: Int, run: Int) -> Bool {
    arrived[part].value.load(ordering: .acquiring) >= run * parts[part].arrivals
  }

  func complete(_ run: Int) { completed.store(run, ordering: .releasing) }

  var isComplete: Bool { isComplete(begun.load(ordering: .relaxed)) }

  private func isComplete(_ run: Int) -> Bool { completed.load(ordering: .acquiring) >= run }

  func wait() {
    let run = begun.load(ordering: .relaxed)
    if isComplete(run) { return }
    waitedSince.store(MonotonicClock.nanoseconds(), ordering: .relaxed)
    let waited = SpinWait.wait { isComplete(run) }
    if waited > 0 { exposed.add(waited, ordering: .relaxed) }
  }

  /// Something was under way from `start` to `end`, beside the computing until somebody waited.
  func addCommunication(from start: UInt64, to end: UInt64) {
    communication.add(end - start, ordering: .relaxed)
    let waited = waitedSince.load(ordering: .relaxed)
    let hiddenEnd = waited == 0 ? end : min(waited, end)
    if hiddenEnd > start { hidden.add(hiddenEnd - start, ordering: .relaxed) }
  }

  func takeTimes() -> ExchangeTimes {
    ExchangeTimes(
      communication: communication.exchange(0, ordering: .relaxed), hidden: hidden.exchange(0, ordering: .relaxed),
      exposed: exposed.exchange(0, ordering: .relaxed))
  }
}

/// How long ranks spoke to each other, in nanoseconds.
package struct ExchangeTimes: Equatable, Sendable {
  /// Something was under way, from the moment that this rank posted it.
  package var communication: UInt64 = 0
  /// Of this, nobody waited for it yet.
  package var hidden: UInt64 = 0
  /// Somebody waited: for what was under way, and for other ranks that were not ready.
  package var exposed: UInt64 = 0

  package init(communication: UInt64 = 0, hidden: UInt64 = 0, exposed: UInt64 = 0) {
    self.communication = communication
    self.hidden = hidden
    self.exposed = exposed
  }

  package static func += (total: inout ExchangeTimes, part: ExchangeTimes) {
    total.communication += part.communication
    total.hidden += part.hidden
    total.exposed += part.exposed
  }
}
