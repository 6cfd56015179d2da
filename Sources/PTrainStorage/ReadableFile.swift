import Glibc

/// A regular file, open for reading at any place by several threads at once.
package final class ReadableFile: Sendable {
  package let path: String
  /// The size when it was opened.
  package let byteCount: Int
  private let descriptor: Int32

  /// - Throws: ``StorageError/missing(file:reason:)`` or ``StorageError/notRegularFile(file:)``.
  package init(_ path: String) throws(StorageError) {
    guard !path.utf8.contains(0) else { throw .missing(file: path, reason: "a zero byte in the name") }
    // O_NONBLOCK: a named pipe is refused below instead of waited for.
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { throw .missing(file: path, reason: SystemCall.reason()) }
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      close(descriptor)
      throw .notRegularFile(file: path)
    }
    self.path = path
    self.descriptor = descriptor
    byteCount = Int(status.st_size)
  }

  deinit {
    close(descriptor)
  }

  /// Fills `buffer` with the bytes from `offset` on.
  ///
  /// - Throws: ``StorageError/readFailed(file:reason:)``, also if the file ends before the buffer is full.
  package func read(at offset: Int, into buffer: UnsafeMutableRawBufferPointer) throws(StorageError) {
    var done = 0
    while done < buffer.count {
      guard let rest = buffer.baseAddress?.advanced(by: done) else { return }
      let count = pread(descriptor, rest, buffer.count - done, offset + done)
      if count < 0 && errno == EINTR { continue }
      guard count >= 0 else { throw .readFailed(file: path, reason: SystemCall.reason()) }
      guard count > 0 else { throw .readFailed(file: path, reason: "it ends at byte \(offset + done)") }
      done += count
    }
  }

  /// The whole file in memory.
  ///
  /// - Throws: ``StorageError/tooLarge(file:byteCount:limit:)`` before anything is allocated.
  package func readAll(limit: Int) throws(StorageError) -> [UInt8] {
    guard byteCount <= limit else { throw .tooLarge(file: path, byteCount: byteCount, limit: limit) }
    return try [UInt8].filled(capacity: byteCount) { buffer throws(StorageError) in
      try read(at: 0, into: buffer)
      return byteCount
    }
  }
}

enum SystemCall {
  /// What `errno` says, in words.
  static func reason(_ number: Int32 = errno) -> String {
    String(cString: strerror(number))
  }
}
