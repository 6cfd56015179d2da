import Glibc
import PTrainRanks

/// Standard output or standard error, unbuffered: a line is there as soon as it is written.
package enum StandardStream: Int32, Sendable {
  case output = 1
  case error = 2

  /// Opens what the parent closed (`>&-`) as `/dev/null`: a checkpoint's file could else get the number of
  /// standard output, and the progress with it.
  package static func occupyClosed() {
    for descriptor in STDIN_FILENO...STDERR_FILENO where fcntl(descriptor, F_GETFD) == -1 {
      // The lowest free number is taken, which is this one: those below are open.
      _ = open("/dev/null", O_RDWR)
    }
  }

  /// Writes all of `text`. If the reader is gone or the disk is full, the rest is dropped: the run's results
  /// are in its files, and there is nobody left to tell.
  package func write(_ text: String) {
    var text = text
    text.withUTF8 { bytes in
      var rest = UnsafeRawBufferPointer(bytes)
      while let base = rest.baseAddress, !rest.isEmpty {
        let count = Glibc.write(rawValue, base, rest.count)
        if count > 0 {
          rest = UnsafeRawBufferPointer(rebasing: rest[count...])
        } else if errno != EINTR {
          return
        }
      }
    }
  }

  /// Writes warnings to standard error, once for all ranks of `group`.
  static func warn(_ warnings: [String], in group: RankGroup) {
    guard group.rank == 0 else { return }
    for warning in warnings { error.write("ptrain: warning: \(warning)\n") }
  }
}
