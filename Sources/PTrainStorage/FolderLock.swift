import Glibc

/// A folder that one process at a time works in.
///
/// The lock is the system's (`flock` on the file `.lock` in it) and goes when its process does, however that
/// ends: what a killed process leaves is a file that blocks nobody. The owner's process id stands in the file.
package final class FolderLock: Sendable {
  package static let fileName = ".lock"
  /// An owner that ends while the lock is taken removes the file under the taker's hands.
  private static let attempts = 100

  private let path: String
  private let descriptor: Int32

  /// Takes the lock of the folder at `folder`, which is there.
  ///
  /// - Throws: ``StorageError/inUse(folder:owner:)`` if another process holds it,
  ///   ``StorageError/cannotCreate(file:reason:)``.
  package init(_ folder: String) throws(StorageError) {
    path = "\(folder)/\(Self.fileName)"
    for _ in 0..<Self.attempts {
      let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o666)
      guard descriptor >= 0 else { throw .cannotCreate(file: path, reason: SystemCall.reason()) }
      // Other errors: a file system without locks, on which a run must do without.
      if flock(descriptor, LOCK_EX | LOCK_NB) != 0, errno == EWOULDBLOCK {
        defer { close(descriptor) }
        throw .inUse(folder: folder, owner: Self.owner(descriptor))
      }
      if Self.isFile(descriptor, at: path) {
        self.descriptor = descriptor
        Self.writeOwner(descriptor)
        return
      }
      close(descriptor)
    }
    throw .inUse(folder: folder, owner: nil)
  }

  deinit {
    if Self.isFile(descriptor, at: path) { unlink(path) }
    close(descriptor)
  }

  private static func isFile(_ descriptor: Int32, at path: String) -> Bool {
    var (own, found) = (stat(), stat())
    return fstat(descriptor, &own) == 0 && stat(path, &found) == 0 && own.st_ino == found.st_ino
      && own.st_dev == found.st_dev
  }

  /// On a full disk the number is left out: it is there for a message only.
  private static func writeOwner(_ descriptor: Int32) {
    let text = Array("\(getpid())\n".utf8)
    if ftruncate(descriptor, 0) == 0 { pwrite(descriptor, text, text.count, 0) }
  }

  private static func owner(_ descriptor: Int32) -> Int32? {
    var text = [UInt8](repeating: 0, count: 16)
    let count = pread(descriptor, &text, text.count, 0)
    return count > 0 ? Int32(String(decoding: text[..<count], as: UTF8.self).prefix { $0.isNumber }) : nil
  }
}
