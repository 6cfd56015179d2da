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
    let waited = SpinWait.wait { isComplete(run) }
    if waited > 0 { exposed.add(waited, ordering: .relaxed) }
  }

  func addCommunication(_ nanoseconds: UInt64) { communication.add(nanoseconds, ordering: .relaxed) }

  func takeTimes() -> (communication: UInt64, exposed: UInt64) {
    (communication.exchange(0, ordering: .relaxed), exposed.exchange(0, ordering: .relaxed))
  }
}
