import Synchronization

/// Raised by anyone to end a run at the next step.
package final class StopFlag: Sendable {
  private let value = Atomic<Bool>(false)

  package init() {}

  package func raise() { value.store(true, ordering: .relaxed) }
  package var isRaised: Bool { value.load(ordering: .relaxed) }
}
