import PTrainCore
import Synchronization

/// Which frames are decoded, and by whom, without a lock.
///
/// A frame is *absent*, then *claimed* by the one thread that decodes it, then *ready*. The exchange that
/// claims is relaxed: it only has to be atomic. `markReady` releases the decoded rows, `isReady` acquires
/// them.
package final class FrameBoard: Sendable {
  private enum State {
    static let absent: UInt8 = 0
    static let claimed: UInt8 = 1
    static let ready: UInt8 = 2
  }

  /// Atomics at an address that never changes.
  private struct States: @unchecked Sendable {
    // Sendable: `base` is only read, and what it points to is atomic.
    let base: UnsafeMutablePointer<Atomic<UInt8>>
  }

  package let frameCount: Int
  package let failure = FirstError<DatasetError>()
  private let states: States
  /// No frame before it is absent: where the search for work begins.
  private let firstAbsent = Atomic<Int>(0)
  /// All frames before it are ready.
  private let readyPrefix = Atomic<Int>(0)

  package init(frameCount: Int) {
    self.frameCount = frameCount
    states = States(base: .allocate(capacity: max(frameCount, 1)))
    for frame in 0..<frameCount { (states.base + frame).initialize(to: Atomic(State.absent)) }
  }

  deinit {
    states.base.deinitialize(count: frameCount)
    states.base.deallocate()
  }

  package func isReady(_ frame: Int) -> Bool {
    states.base[frame].load(ordering: .acquiring) == State.ready
  }

  package func claim(_ frame: Int) -> Bool {
    states.base[frame].compareExchange(
      expected: State.absent, desired: State.claimed, ordering: .relaxed
    ).exchanged
  }

  package func markReady(_ frame: Int) {
    states.base[frame].store(State.ready, ordering: .releasing)
  }

  /// Claims the first absent frame before `limit`; `nil` if there is none.
  package func claimNext(before limit: Int) -> Int? {
    var frame = firstAbsent.load(ordering: .relaxed)
    while frame < min(limit, frameCount) {
      if claim(frame) { return frame }
      frame += 1
      firstAbsent.max(frame, ordering: .relaxed)
    }
    return nil
  }

  /// Whether the first `count` frames are all ready; what they hold is then visible.
  package func isReady(first count: Int) -> Bool {
    var prefix = readyPrefix.load(ordering: .acquiring)
    if prefix >= count { return true }
    while prefix < count, isReady(prefix) { prefix += 1 }
    // Releases what was acquired frame by frame to those who read the prefix alone.
    readyPrefix.max(prefix, ordering: .acquiringAndReleasing)
    return prefix >= count
  }
}
