import Glibc

/// Files for readers that take paths: in memory, and rewritten for every input.
enum Scratch {
  /// A folder of the process's own, removed when it ends.
  private static let folder: String = {
    var template = Array("/dev/shm/ptrain-fuzzing-XXXXXX".utf8CString)
    let made = template.withUnsafeMutableBufferPointer { text in
      text.baseAddress.flatMap { mkdtemp($0) }.map { String(cString: $0) }
    }
    atexit { Scratch.remove() }
    return made ?? "/tmp"
  }()

  /// The path of the file `name`, which is the calling thread's own.
  static func path(_ name: String) -> String { "\(threadFolder)/\(name)" }

  /// The same after `bytes` have become its content.
  static func file(_ name: String, _ bytes: [UInt8]) -> String {
    let path = path(name)
    let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
    defer { close(descriptor) }
    _ = bytes.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
    return path
  }

  static var threadFolder: String {
    let path = "\(folder)/\(pthread_self())"
    mkdir(path, 0o700)
    return path
  }

  private static func remove() {
    func names(_ path: String) -> [String] {
      guard let folder = opendir(path) else { return [] }
      defer { closedir(folder) }
      var names: [String] = []
      while let entry = readdir(folder) {
        names.append(withUnsafeBytes(of: &entry.pointee.d_name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) })
      }
      return names.filter { !$0.hasPrefix(".") }
    }
    for thread in names(folder) {
      for file in names("\(folder)/\(thread)") { unlink("\(folder)/\(thread)/\(file)") }
      rmdir("\(folder)/\(thread)")
    }
    rmdir(folder)
  }
}
