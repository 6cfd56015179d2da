import Glibc

/// Looking at files, which changes nothing.
extension DurableFile {
  /// The path of what is at `path`, from the root on and without links; `path` itself if nothing is there.
  package static func absolutePath(_ path: String) -> String {
    guard let resolved = realpath(path, nil) else { return path }
    defer { free(resolved) }
    return String(cString: resolved)
  }

  package static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

  package static func isFolder(_ path: String) -> Bool {
    var status = stat()
    return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
  }

  /// The whole file at `path`, which must be regular and of at most `limit` bytes.
  package static func read(_ path: String, limit: Int) throws(StorageError) -> [UInt8] {
    try ReadableFile(path).readAll(limit: limit)
  }

  /// The names in the folder at `path`, hidden ones too; none if it can't be read.
  package static func names(in path: String) -> [String] {
    guard let folder = opendir(path) else { return [] }
    defer { closedir(folder) }
    var names: [String] = []
    while let entry = readdir(folder) {
      let name = withUnsafeBytes(of: &entry.pointee.d_name) {
        String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
      }
      if name != ".", name != ".." { names.append(name) }
    }
    return names
  }
}
