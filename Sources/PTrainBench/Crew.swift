import Glibc
import PTrainCore
import Synchronization

/// Threads that do something at the same time, for measuring. Unlike a worker team, each has a thread of its own.
enum Crew {
  /// Runs `body` once on each of `count` threads, the caller's among them, all let go at one moment.
  ///
  /// - Parameter body: gets its thread's number, `0..<count`.
  /// - Returns: the seconds until all were done; `nil`, and nothing was run, if the system has no `count` threads.
  static func run(_ count: Int, _ body: @escaping @Sendable (Int) -> Void) -> Double? {
    let gate = Gate()
    let threads = (1..<max(count, 1)).compactMap { index in
      PlainThread(name: "ptrain-bench") {
        guard gate.pass() else { return }
        body(index)
      }
    }
    let isComplete = threads.count == count - 1
    gate.open(after: threads.count, letIn: isComplete)
    let start = MonotonicClock.nanoseconds()
    if isComplete { body(0) }
    for thread in threads { thread.join() }
    return isComplete ? MonotonicClock.seconds(since: start) : nil
  }
}

extension Crew {
  /// Where threads wait for each other. What each wrote is seen by the others after the gate: counts and the door
  /// are released by who writes and acquired by who waits.
  fileprivate final class Gate: Sendable {
    private static let closed = 0
    private static let open = 1
    private static let cancelled = 2
    private let arrived = Atomic<Int>(0)
    private let door = Atomic<Int>(closed)

    /// Waits until the door opens; `false` if it was cancelled.
    func pass() -> Bool {
      arrived.add(1, ordering: .acquiringAndReleasing)
      while door.load(ordering: .acquiring) == Self.closed { sched_yield() }
      return door.load(ordering: .relaxed) == Self.open
    }

    func open(after count: Int, letIn: Bool) {
      while arrived.load(ordering: .acquiring) < count { sched_yield() }
      door.store(letIn ? Self.open : Self.cancelled, ordering: .releasing)
    }
  }
}
