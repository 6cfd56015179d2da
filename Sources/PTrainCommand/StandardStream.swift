import Glibc

/// Standard output or standard error, unbuffered: a line is there as soon as it is written.
package enum StandardStream: Int32, Sendable {
  case output = 1
  case error = 2

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
}
