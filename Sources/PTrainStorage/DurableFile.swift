import Glibc
import Synchronization

/// Files that are replaced only whole: whoever reads one sees the old bytes or the new, never a part,
/// whatever fails and whenever the process dies. All that ptrain writes goes through here.
package enum DurableFile {
  /// Makes `pieces`, one after the other, the content of the file at `path`.
  ///
  /// A temporary file in the same folder is written and synced, renamed to `path`, and the folder is
  /// synced. On any failure the temporary file is removed and the old one stands.
  ///
  /// - Throws: ``StorageError/cannotCreate(file:reason:)`` or ``StorageError/writeFailed(file:reason:)``.
  package static func replace(_ path: String, withPieces pieces: [UnsafeRawBufferPointer]) throws(StorageError) {
    let temporary = try TemporaryFile(besides: path)
    do throws(StorageError) {
      for piece in pieces { try temporary.write(piece) }
      try temporary.synchronise()
      try temporary.rename()
    } catch {
      temporary.remove()
      throw error
    }
    try synchroniseFolder(of: path)
  }

  /// Makes `bytes` the content of the file at `path`.
  package static func replace(_ path: String, with bytes: [UInt8]) throws(StorageError) {
    try bytes.scoped { bytes throws(StorageError) in try replace(path, withPieces: [bytes]) }
  }

  /// Gives the file at `existing` a second name, replacing what bore it.
  package static func link(_ existing: String, as path: String) throws(StorageError) {
    let temporary = path + ".link"
    unlink(temporary)
    let failed = Glibc.link(existing, temporary) != 0 || rename(temporary, path) != 0
    let reason = SystemCall.reason()
    // Renaming does nothing where both names are the same file's already.
    unlink(temporary)
    guard !failed else { throw .writeFailed(file: path, reason: reason) }
    try synchroniseFolder(of: path)
  }

  /// The path of what is at `path`, from the root on and without links; `path` itself if nothing is there.
  package static func absolutePath(_ path: String) -> String {
    guard let resolved = realpath(path, nil) else { return path }
    defer { free(resolved) }
    return String(cString: resolved)
  }

  package static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

  /// The whole file at `path`, which must be regular and of at most `limit` bytes.
  package static func read(_ path: String, limit: Int) throws(StorageError) -> [UInt8] {
    try ReadableFile(path).readAll(limit: limit)
  }

  /// Throws unless a file can be put at `path` now, which changes nothing there.
  package static func checkWritable(_ path: String) throws(StorageError) {
    guard !isFolder(path) else { throw .cannotCreate(file: path, reason: "a folder") }
    try TemporaryFile(besides: path).remove()
  }

  /// Removes the file at `path`, if there is one.
  package static func remove(_ path: String) throws(StorageError) {
    guard unlink(path) != 0 else { return try synchroniseFolder(of: path) }
    guard errno == ENOENT else { throw .writeFailed(file: path, reason: SystemCall.reason()) }
  }

  /// Removes the temporary files that killed processes left of the file at `path`.
  ///
  /// Only the caller can know that no other process is writing `path` now.
  package static func removeLeftovers(of path: String) throws(StorageError) {
    guard let name = path.split(separator: "/").last else { return }
    for found in names(in: folder(of: path)) where found.hasPrefix(".\(name).") && found.hasSuffix(".tmp") {
      try remove("\(folder(of: path))/\(found)")
    }
  }

  /// The names of what lies in the folder at `path`, in no order, hidden ones too; none if it can't be read.
  package static func names(in path: String) -> [String] {
    guard let folder = opendir(path) else { return [] }
    defer { closedir(folder) }
    var names: [String] = []
    while let entry = readdir(folder) {
      names.append(
        withUnsafeBytes(of: &entry.pointee.d_name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) })
    }
    return names.filter { $0 != "." && $0 != ".." }
  }

  /// Makes the folder at `path` and those above it, where they are missing.
  package static func createFolder(_ path: String) throws(StorageError) {
    guard !isFolder(path) else { return }
    let parent = folder(of: path)
    if parent != path && !isFolder(parent) { try createFolder(parent) }
    guard mkdir(path, 0o777) == 0 || (errno == EEXIST && isFolder(path)) else {
      throw .cannotCreate(file: path, reason: SystemCall.reason())
    }
    try synchroniseFolder(of: path)
  }

  /// Makes the folder at `path`, whose parent is there; `false` if something has that name already.
  package static func createNewFolder(_ path: String) throws(StorageError) -> Bool {
    if mkdir(path, 0o777) == 0 { return true }
    guard errno == EEXIST else { throw .cannotCreate(file: path, reason: SystemCall.reason()) }
    return false
  }

  package static func isFolder(_ path: String) -> Bool {
    var status = stat()
    return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
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
  private static func synchroniseFolder(of path: String) throws(StorageError) {
    let descriptor = open(folder(of: path), O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { throw .writeFailed(file: path, reason: SystemCall.reason()) }
    defer { close(descriptor) }
    // EINVAL: a file system whose folders can't be synced, where nothing more can be done.
    guard fsync(descriptor) == 0 || errno == EINVAL else {
      throw .writeFailed(file: path, reason: SystemCall.reason())
    }
  }
}

/// A file under a name of its own, in the folder of the one it is to become.
private struct TemporaryFile {
  private let target: String
  private let path: String
  private let descriptor: Int32

  private static let counter = Atomic<UInt64>(0)

  init(besides target: String) throws(StorageError) {
    self.target = target
    guard let name = target.split(separator: "/").last, !target.utf8.contains(0), !target.hasSuffix("/") else {
      throw .cannotCreate(file: target, reason: "not a file's name")
    }
    let folder = DurableFile.folder(of: target)
    while true {
      // Relaxed: the number only has to differ from those of other threads.
      let number = Self.counter.wrappingAdd(1, ordering: .relaxed).newValue
      let path = "\(folder)/.\(name).\(getpid())-\(number).tmp"
      let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
      if descriptor >= 0 {
        self.path = path
        self.descriptor = descriptor
        return
      }
      // EEXIST: left by a killed process that had the same number.
      guard errno == EEXIST || errno == EINTR else {
        throw .cannotCreate(file: target, reason: SystemCall.reason())
      }
    }
  }

  func write(_ piece: UnsafeRawBufferPointer) throws(StorageError) {
    try SystemCall.write(piece, to: descriptor, of: target)
  }

  func synchronise() throws(StorageError) {
    guard fsync(descriptor) == 0 else { throw .writeFailed(file: target, reason: SystemCall.reason()) }
  }

  /// Puts the file in its place.
  func rename() throws(StorageError) {
    guard Glibc.rename(path, target) == 0 else {
      throw .cannotCreate(file: target, reason: SystemCall.reason())
    }
    close(descriptor)
  }

  func remove() {
    close(descriptor)
    unlink(path)
  }
}
