import Glibc

/// What lies in a folder.
package struct FolderListing: Equatable, Sendable {
  /// Names of folders, and of links to some, in the order of their bytes.
  package private(set) var folders: [String] = []
  /// Names of regular files, and of links to some, in the order of their bytes.
  package private(set) var files: [String] = []

  /// Hidden entries, whose names begin with a point, and devices and the like are left out.
  package init(_ path: String) throws(StorageError) {
    guard !path.utf8.contains(0), let folder = opendir(path) else {
      throw .missing(file: path, reason: SystemCall.reason())
    }
    defer { closedir(folder) }
    while let entry = readdir(folder) {
      let name = withUnsafeBytes(of: &entry.pointee.d_name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
      var status = stat()
      guard !name.hasPrefix("."), stat("\(path)/\(name)", &status) == 0 else { continue }
      switch status.st_mode & S_IFMT {
      case S_IFDIR: folders.append(name)
      case S_IFREG: files.append(name)
      default: break
      }
    }
    // By bytes: the same everywhere, whatever the locale.
    folders.sort { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    files.sort { $0.utf8.lexicographicallyPrecedes($1.utf8) }
  }
}
