import Glibc

/// A file that grows record by record and is never rewritten: a log, of which a reader wants to see the
/// beginning while the end is still to come.
///
/// It appears with its first bytes in it, whole. After that a process that is killed leaves whole records, and
/// one that loses its machine may leave a part of the last one; readers of such formats stop there. What fails
/// to be written is taken back, so that the file ends in a whole record.
package final class AppendedFile: @unchecked Sendable {
  // Sendable: `byteCount` belongs to the owner, who alone appends; others may synchronise.
  package let path: String
  private let files: any FileSystem
  private let descriptor: Int32
  private var byteCount: Int

  /// Makes the file at `path`, which begins with `bytes`.
  ///
  /// - Throws: ``StorageError/cannotCreate(file:reason:)``, also if there is a file of this name, or
  ///   ``StorageError/writeFailed(file:reason:)``.
  package init(
    new path: String, beginningWith bytes: [UInt8], on files: any FileSystem = LocalFileSystem()
  ) throws(StorageError) {
    guard !DurableFile.exists(path) else { throw .cannotCreate(file: path, reason: SystemCall.reason(EEXIST)) }
    try DurableFile.replace(path, with: bytes, on: files)
    do {
      descriptor = try Interruption.retrying { () throws(SystemError) in try files.openToAppend(path) }
    } catch {
      throw .cannotCreate(file: path, reason: error.reason)
    }
    self.files = files
    self.path = path
    byteCount = bytes.count
  }

  deinit { files.close(descriptor) }

  /// Adds `pieces`, one after the other: all of them, or on a failure none.
  package func append(pieces: [UnsafeRawBufferPointer]) throws(StorageError) {
    do throws(StorageError) {
      for piece in pieces { try files.writeAll(piece, to: descriptor, of: path) }
    } catch {
      // If this fails too, the file ends in a part of a record, as after the loss of the machine.
      try? files.truncate(descriptor, to: byteCount)
      throw error
    }
    byteCount += pieces.reduce(0) { $0 + $1.count }
  }

  package func append(_ bytes: [UInt8]) throws(StorageError) {
    try bytes.scoped { bytes throws(StorageError) in try append(pieces: [bytes]) }
  }

  /// Returns once what was added is on the disk.
  package func synchronise() throws(StorageError) { try files.synchronise(descriptor, of: path) }
}
