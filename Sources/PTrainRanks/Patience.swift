import CProcessor
import Glibc
import PTrainCore

/// Waiting for what may take long: a few pauses, then the core is given away, then the thread sleeps.
enum Patience {
  /// A sleep, in nanoseconds: short beside an epoch, long beside a look.
  private static let sleepNanoseconds = 50_000
  /// How long a thread that expects something stays awake.
  private static let awakeNanoseconds: UInt64 = 1_000_000
  private static let pausesBeforeYield = 100

  /// One step of a wait that began at `start`, a time of ``MonotonicClock``.
  static func pause(since start: UInt64, awakeNanoseconds: UInt64 = awakeNanoseconds) {
    if MonotonicClock.nanoseconds() - start < awakeNanoseconds { sched_yield() } else { sleep() }
  }

  /// One step of a wait in which `pauses` steps were taken before.
  static func pause(_ pauses: inout Int, since start: UInt64, awakeNanoseconds: UInt64 = awakeNanoseconds) {
    guard pauses < pausesBeforeYield else { return pause(since: start, awakeNanoseconds: awakeNanoseconds) }
    pauses += 1
    processor_pause()
  }

  static func sleep() {
    var time = timespec(tv_sec: 0, tv_nsec: sleepNanoseconds)
    nanosleep(&time, nil)
  }
}
