import Glibc

/// Time that only goes forward, for measuring; unrelated to the time of day.
package enum MonotonicClock {
  /// Nanoseconds since some moment in the past.
  package static func nanoseconds() -> UInt64 {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
  }

  /// Seconds since `start`, a value of ``nanoseconds()``.
  package static func seconds(since start: UInt64) -> Double {
    Double(nanoseconds() - start) * 1e-9
  }
}
