import Glibc
import PTrainStorage

/// Files for readers that take paths: in memory, and rewritten for every input.
enum Scratch {
  /// A folder of the process's own, removed when it ends.
  private static let folder: String = {
    var template = Array("/dev/shm/ptrain-fuzzing-XXXXXX".utf8CString)
    let made = template.withUnsafeMutableBufferPointer { text in
      text.baseAddress.flatMap { mkdtemp($0) }.map { String(cString: $0) }
    }
    atexit { Scratch.remove(Scratch.folder) }
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

  private static func remove(_ path: String) {
    if unlink(path) == 0 { return }
    for name in DurableFile.names(in: path) { remove("\(path)/\(name)") }
    rmdir(path)
  }
}
