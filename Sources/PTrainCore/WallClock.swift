import Glibc

/// The time of day, for stamps that people and other tools read; it may jump.
package enum WallClock {
  /// Seconds since 1970-01-01 00:00 UTC.
  package static func secondsSince1970() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
  }
}
