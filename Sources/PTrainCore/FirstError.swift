import Synchronization

private enum FirstErrorState {
  static let empty = 0
  static let writing = 1
  static let written = 2
}

/// The first error of several threads, kept without a lock.
package final class FirstError<Failure: Error>: @unchecked Sendable {
  // Sendable: `stored` is written once, by the thread that moved `state` from empty to writing, and read
  // only after `state` was acquired as written.
  private let state = Atomic<Int>(FirstErrorState.empty)
  private var stored: Failure?

  package init() {}

  /// Keeps `error` if it is the first.
  package func record(_ error: Failure) {
    let (isFirst, _) = state.compareExchange(
      expected: FirstErrorState.empty, desired: FirstErrorState.writing, ordering: .relaxed)
    guard isFirst else { return }
    stored = error
    state.store(FirstErrorState.written, ordering: .releasing)
  }

  /// Whether an error can be read; cheap enough for a spin.
  package var isReadable: Bool { state.load(ordering: .relaxed) == FirstErrorState.written }

  /// The first error, once it is completely there.
  package var error: Failure? {
    state.load(ordering: .acquiring) == FirstErrorState.written ? stored : nil
  }
}
