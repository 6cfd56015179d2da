import Glibc

/// The most memory that this process has held.
package enum PeakMemory {
  /// Resident bytes at the highest, as the system counts them.
  package static func bytes() -> Int {
    var usage = rusage()
    getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
    // Linux counts kilobytes of 1,024 bytes: getrusage(2).
    return Int(usage.ru_maxrss) * 1024
  }
}
