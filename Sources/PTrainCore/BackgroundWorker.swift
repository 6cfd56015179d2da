import Dispatch
import Synchronization

private enum Phase {
  static let idle = 0
  static let busy = 1
  static let ended = 2
}

/// A thread that does one task at a time, in order, off the caller's critical path.
///
/// At most one task is under way: who hands over another waits for it. After the first error nothing more is
/// done, unless the worker was made to go on. All methods belong to one thread, the owner's.
package final class BackgroundWorker<Failure: Error>: @unchecked Sendable {
  // Sendable: `task` is written by the owner while the worker is idle and read by the worker while it is busy,
  // `last` the other way round;
  // `phase` hands it over, with a release on one side and an acquire on the other.
  package typealias Task = @Sendable () throws(Failure) -> Void

  private let phase = Atomic<Int>(Phase.idle)
  private let done = Atomic<Int>(0)
  private let failure = FirstError<Failure>()
  // The semaphores only put threads to sleep.
  private let wanted = DispatchSemaphore(value: 0)
  private let free = DispatchSemaphore(value: 0)
  private var task: Task?
  private var last: Failure?
  private let goesOnAfterErrors: Bool
  private var thread: PlainThread?

  /// A worker whose thread is called `name`. Where the system has no thread to give, the caller does the tasks.
  ///
  /// - Parameter goesOnAfterErrors: whether errors are kept for ``lastError`` only.
  package init(name: String, goesOnAfterErrors: Bool = false) {
    self.goesOnAfterErrors = goesOnAfterErrors
    thread = PlainThread(name: name) { [self] in work() }
  }

  /// Tasks that were done, without an error.
  package var doneCount: Int { done.load(ordering: .acquiring) }

  /// The first error of a task that ends the work.
  package var error: Failure? { failure.error }

  /// The error of the last task, if it failed. Waits until the task is done.
  package var lastError: Failure? {
    waitUntilIdle()
    return last
  }

  /// Hands `task` over, once those before it are done.
  ///
  /// - Throws: the first error of a task before.
  package func submit(_ task: @escaping Task) throws(Failure) {
    try wait()
    guard thread != nil else { return perform(task) }
    self.task = task
    phase.store(Phase.busy, ordering: .releasing)
    wanted.signal()
  }

  /// Waits until all tasks are done.
  ///
  /// - Throws: the first error of a task.
  package func wait() throws(Failure) {
    waitUntilIdle()
    if let error { throw error }
  }

  private func waitUntilIdle() {
    while phase.load(ordering: .acquiring) == Phase.busy { free.wait() }
  }

  /// Waits until all tasks are done and ends the thread. Does nothing the second time.
  package func end() {
    waitUntilIdle()
    guard let thread else { return }
    phase.store(Phase.ended, ordering: .releasing)
    wanted.signal()
    thread.join()
    self.thread = nil
  }

  private func work() {
    while true {
      wanted.wait()
      guard phase.load(ordering: .acquiring) == Phase.busy, let task else { return }
      perform(task)
      self.task = nil
      phase.store(Phase.idle, ordering: .releasing)
      free.signal()
    }
  }

  private func perform(_ task: Task) {
    do throws(Failure) {
      last = nil
      try task()
      done.wrappingAdd(1, ordering: .releasing)
    } catch {
      last = error
      if !goesOnAfterErrors { failure.record(error) }
    }
  }
}
