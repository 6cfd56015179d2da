import Glibc

/// Files that are replaced only whole: whoever reads one sees the old bytes or the new, never a part,
/// whatever fails and whenever the process dies. All that ptrain writes goes through here, and from here
/// through a ``FileSystem``.
package enum DurableFile {
  /// Makes `pieces`, one after the other, the content of the file at `path`.
  ///
  /// A temporary file in the same folder is written and synced, renamed to `path`, and the folder is
  /// synced. On any failure before the renaming the temporary file is removed and the old one stands.
  ///
  /// - Throws: ``StorageError/cannotCreate(file:reason:)``, ``StorageError/writeFailed(file:reason:)`` or
  ///   ``StorageError/mayNotLast(file:reason:)``.
  package static func replace(
    _ path: String, withPieces pieces: [UnsafeRawBufferPointer], on files: any FileSystem = LocalFileSystem()
  ) throws(StorageError) {
    let temporary = try TemporaryFile(besides: path, on: files)
    do throws(StorageError) {
      for piece in pieces { try temporary.write(piece) }
      try temporary.synchronise()
      try temporary.rename()
    } catch {
      temporary.remove()
      throw error
    }
    try synchroniseFolder(of: path, on: files)
  }

  /// Makes `bytes` the content of the file at `path`.
  package static func replace(
    _ path: String, with bytes: [UInt8], on files: any FileSystem = LocalFileSystem()
  ) throws(StorageError) {
    try bytes.scoped { bytes throws(StorageError) in try replace(path, withPieces: [bytes], on: files) }
  }

  /// Gives the file at `existing` a second name, replacing what bore it.
  ///
  /// - Returns: `false`, with nothing changed, if the file system gives a file one name only.
  package static func link(
    _ existing: String, as path: String, on files: any FileSystem = LocalFileSystem()
  ) throws(StorageError) -> Bool {
    guard let temporary = try TemporaryName.linked(to: existing, besides: path, on: files) else { return false }
    do {
      try Interruption.retrying { () throws(SystemError) in try files.rename(temporary, to: path) }
    } catch {
      try? files.remove(temporary)
      throw .writeFailed(file: path, reason: error.reason)
    }
    // Renaming does nothing where both names are the same file's already.
    try? files.remove(temporary)
    try synchroniseFolder(of: path, on: files)
    return true
  }

  /// Throws unless a file can be put at `path` now, which changes nothing there.
  package static func checkWritable(
    _ path: String, on files: any FileSystem = LocalFileSystem()
  ) throws(StorageError) {
    guard !isFolder(path) else { throw .cannotCreate(file: path, reason: "a folder") }
    try TemporaryFile(besides: path, on: files).remove()
  }

  /// Removes the file at `path`, if there is one.
  package static func remove(_ path: String, on files: any FileSystem = LocalFileSystem()) throws(StorageError) {
    do {
      try Interruption.retrying { () throws(SystemError) in try files.remove(path) }
    } catch {
      guard error.number == ENOENT else { throw .cannotRemove(file: path, reason: error.reason) }
      return
    }
    try synchroniseFolder(of: path, on: files)
  }

  /// Removes from the folder at `path` the temporary files that killed processes left of any file.
  ///
  /// Only the caller can know that no other process is writing there now.
  package static func removeLeftovers(
    in path: String, on files: any FileSystem = LocalFileSystem()
  ) throws(StorageError) {
    for name in names(in: path) where TemporaryName.isOne(name) { try remove("\(path)/\(name)", on: files) }
  }

  /// Makes the folder at `path` and those above it, where they are missing.
  package static func createFolder(
    _ path: String, on files: any FileSystem = LocalFileSystem()
  ) throws(StorageError) {
    guard !isFolder(path) else { return }
    let parent = folder(of: path)
    if parent != path && !isFolder(parent) { try createFolder(parent, on: files) }
    do {
      try Interruption.retrying { () throws(SystemError) in try files.makeFolder(path) }
    } catch {
      guard error.number == EEXIST, isFolder(path) else { throw .cannotCreate(file: path, reason: error.reason) }
    }
    try synchroniseFolder(of: path, on: files)
  }

  /// Makes the folder at `path`, whose parent is there; `false` if something has that name already.
  package static func createNewFolder(
    _ path: String, on files: any FileSystem = LocalFileSystem()
  ) throws(StorageError) -> Bool {
    do {
      try Interruption.retrying { () throws(SystemError) in try files.makeFolder(path) }
    } catch {
      guard error.number == EEXIST else { throw .cannotCreate(file: path, reason: error.reason) }
      return false
    }
    try synchroniseFolder(of: path, on: files)
    return true
  }

  /// `a/b` of `a/b/c` and of `a/b/c/`; `.` of a bare name.
  static func folder(of path: String) -> String {
    var parts = path.split(separator: "/", omittingEmptySubsequences: true)
    let isAbsolute = path.hasPrefix("/")
    if !parts.isEmpty { parts.removeLast() }
    if parts.isEmpty { return isAbsolute ? "/" : "." }
    return (isAbsolute ? "/" : "") + parts.joined(separator: "/")
  }

  /// Makes a rename, a removal or a new folder last through a power failure.
  private static func synchroniseFolder(of path: String, on files: any FileSystem) throws(StorageError) {
    do {
      try Interruption.retrying { () throws(SystemError) in try files.synchroniseFolder(folder(of: path)) }
    } catch {
      throw .mayNotLast(file: path, reason: error.reason)
    }
  }
}
