import CProcessor
import Glibc

/// A thread of one's own, for work that may block: a blocked thread of Dispatch's pool would slow
/// `concurrentPerform` down.
package final class PlainThread: Sendable {
  private final class Body: Sendable {
    let run: @Sendable () -> Void
    init(_ run: @escaping @Sendable () -> Void) { self.run = run }
  }

  private let handle: pthread_t

  /// Starts `body` on a new thread, named `name` (15 characters are kept).
  ///
  /// - Returns: `nil` if the system has no thread to give; the caller then goes without.
  package init?(name: String, _ body: @escaping @Sendable () -> Void) {
    let context = Unmanaged.passRetained(
      Body {
        processor_name_thread(name)
        body()
      })
    var handle = pthread_t()
    let status = pthread_create(
      &handle, nil,
      { context in
        context.map { Unmanaged<Body>.fromOpaque($0).takeRetainedValue().run() }
        return nil
      }, context.toOpaque())
    guard status == 0 else {
      context.release()
      return nil
    }
    self.handle = handle
  }

  /// Sends the thread, which has not returned yet or not been joined, a signal.
  package func signal(_ number: Int32) {
    pthread_kill(handle, number)
  }

  /// Waits until the body has returned. To be called once.
  package func join() {
    pthread_join(handle, nil)
  }
}
