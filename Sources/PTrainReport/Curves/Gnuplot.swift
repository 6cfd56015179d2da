import CProcessor
import Glibc
import PTrainCore

/// Runs gnuplot, a program of its own: the script goes in at its standard input, the picture comes out at its
/// standard output, and neither touches the disk.
///
/// Both are files in memory, so no pipe can fill up or break. gnuplot is started with `posix_spawn` and without
/// anybody's `.gnuplot`.
package enum Gnuplot {
  /// What is taken from gnuplot at most, in bytes.
  private static let largestOutput = 1 << 26

  /// What `script` makes gnuplot write.
  package static func run(_ script: String) throws(GnuplotError) -> [UInt8] {
    try run([script])[0]
  }

  /// What each of `scripts` makes a gnuplot write; all of them run at once.
  ///
  /// - Parameter program: looked for along `PATH`.
  package static func run(_ scripts: [String], program: String = "gnuplot") throws(GnuplotError) -> [[UInt8]] {
    var processes: [GnuplotProcess] = []
    // Each process that was started is waited for, whatever becomes of the others.
    let results = scripts.map { script in
      Result { () throws(GnuplotError) in
        let process = try GnuplotProcess(program, script: script)
        processes.append(process)
        return process
      }
    }.map { started in
      Result { () throws(GnuplotError) in try started.get().output(limit: largestOutput) }
    }
    return try results.map { result throws(GnuplotError) in try result.get() }
  }
}

/// Why gnuplot drew nothing.
package enum GnuplotError: DiagnosableError, Equatable {
  case missing
  case notStarted(reason: String)
  case failed(message: String)

  package var diagnosis: Diagnosis {
    switch self {
    case .missing:
      Diagnosis(
        .unavailable, found: "no gnuplot on the PATH", expected: "the program that draws curves",
        remedy: "apt-get install gnuplot-nox")
    case .notStarted(let reason):
      Diagnosis(
        .unavailable, found: "a gnuplot that can't be started (\(reason))", expected: "gnuplot 5 or newer",
        remedy: "apt-get install gnuplot-nox")
    case .failed(let message):
      Diagnosis(
        .unavailable, found: "a gnuplot that says: \(message)", expected: "a picture",
        remedy: "install gnuplot 5 or newer with the terminals pngcairo and svg: apt-get install gnuplot-nox")
    }
  }
}

/// A gnuplot at work.
private final class GnuplotProcess {
  private let input: MemoryFile
  private let outputFile: MemoryFile
  private let messages: MemoryFile
  private var identifier: pid_t = 0
  private var status: Int32?

  init(_ program: String, script: String) throws(GnuplotError) {
    input = try MemoryFile()
    outputFile = try MemoryFile()
    messages = try MemoryFile()
    try input.write(script)
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    for (target, file) in [input, outputFile, messages].enumerated() {
      posix_spawn_file_actions_adddup2(&actions, file.descriptor, Int32(target))
    }
    let arguments = [strdup(program), strdup("-d"), nil]
    defer { for argument in arguments { free(argument) } }
    let error = posix_spawnp(&identifier, program, &actions, nil, arguments, environ)
    guard error == 0 else {
      throw error == ENOENT ? .missing : .notStarted(reason: String(cString: strerror(error)))
    }
  }

  deinit { wait() }

  @discardableResult
  private func wait() -> Int32 {
    if let status { return status }
    var result: Int32 = 0
    if identifier > 0 { while waitpid(identifier, &result, 0) < 0, errno == EINTR {} }
    status = result
    return result
  }

  /// Waits for the end; what was written until then.
  func output(limit: Int) throws(GnuplotError) -> [UInt8] {
    let isSound = wait() == 0
    let bytes = outputFile.bytes(limit: limit)
    guard isSound, !bytes.isEmpty, bytes.count < limit else {
      let text = String(decoding: messages.bytes(limit: 4096), as: UTF8.self)
      let line = text.split(whereSeparator: \.isNewline).map { $0.drop { $0 == " " } }.last { !$0.isEmpty }
      throw .failed(message: line.map(String.init) ?? "nothing")
    }
    return bytes
  }
}

/// A file that lies in memory and has no name: memfd_create(2).
private final class MemoryFile {
  let descriptor: Int32

  init() throws(GnuplotError) {
    descriptor = processor_memory_file()
    guard descriptor >= 0 else { throw .notStarted(reason: String(cString: strerror(errno))) }
  }

  deinit { close(descriptor) }

  /// Writes `text` and goes back to its start.
  func write(_ text: String) throws(GnuplotError) {
    var done = 0
    let bytes = Array(text.utf8)
    while done < bytes.count {
      let count = bytes[done...].withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
      guard count > 0 || errno == EINTR else { throw .notStarted(reason: String(cString: strerror(errno))) }
      done += max(0, count)
    }
    lseek(descriptor, 0, SEEK_SET)
  }

  /// What is in the file, up to `limit` bytes.
  func bytes(limit: Int) -> [UInt8] {
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { return [] }
    let count = min(limit, Int(status.st_size))
    return [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
      filled = max(0, pread(descriptor, buffer.baseAddress, count, 0))
    }
  }
}
