import CProcessor
import Glibc

/// Waiting for other lanes: a short spin, then the core is given away again and again.
///
/// Measured on a shared machine with a hog beside: 100 pauses cost 36–47 ms an epoch, 4,000 cost 65–189.
package enum SpinWait {
  private static let pausesBeforeYield = 100

  /// Returns when `isOver` does so with `true`.
  ///
  /// - Returns: nanoseconds waited; 0 if there was nothing to wait for.
  package static func wait(until isOver: () -> Bool) -> UInt64 {
    if isOver() { return 0 }
    let start = MonotonicClock.nanoseconds()
    for _ in 0..<pausesBeforeYield {
      processor_pause()
      if isOver() { return MonotonicClock.nanoseconds() - start }
    }
    while !isOver() { sched_yield() }
    return MonotonicClock.nanoseconds() - start
  }
}
