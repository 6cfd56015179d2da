import Foundation
import Testing

/// `ptrain` as a process whose standard output is read line by line, and which waits for its reader: the pipe
/// holds some sixteen epoch lines, so that a run of many more can't end unread.
final class Child {
  let process = Process()
  private let output = Pipe()
  private let errors = Pipe()

  /// - Parameter path: a program to run instead.
  init(_ arguments: [String], path: String? = nil) throws {
    process.executableURL = try path.map { URL(fileURLWithPath: $0) } ?? Invocation.binary
    process.arguments = arguments
    process.standardOutput = output
    process.standardError = errors
    process.standardInput = FileHandle.nullDevice
    let setPipeSize: Int32 = 1031  // F_SETPIPE_SZ, which Glibc's module leaves out
    #expect(fcntl(output.fileHandleForWriting.fileDescriptor, setPipeSize, 4096) >= 0)
    // What ignores signals above the tests, such as `nohup`, is not what they are about.
    for number in [SIGINT, SIGTERM, SIGHUP] { signal(number, SIG_DFL) }
    try process.run()
  }

  /// Reads until `count` lines have come.
  func read(lines count: Int) throws {
    var seen = 0
    while seen < count {
      let chunk = output.fileHandleForReading.availableData
      try #require(!chunk.isEmpty, "it ended after \(seen) lines")
      seen += chunk.count { $0 == UInt8(ascii: "\n") }
    }
  }

  func send(_ number: Int32) { kill(process.processIdentifier, number) }

  /// Waits until no signal is pending any more: the process has taken all that were sent.
  func waitForSignalsTaken() throws {
    while true {
      let status = try String(contentsOfFile: "/proc/\(process.processIdentifier)/status", encoding: .utf8)
      let pending = try #require(status.split(separator: "\n").first { $0.hasPrefix("ShdPnd:") })
      if pending.allSatisfy({ !"123456789abcdef".contains($0) || "ShdPnd".contains($0) }) { return }
      usleep(1000)
    }
  }

  /// What it writes to standard error from now to its end; standard output is read meanwhile.
  func end() throws -> (code: Int32, errorOutput: String) {
    _ = try output.fileHandleForReading.readToEnd()
    return try exit()
  }

  /// The same, with standard output left unread.
  func exit() throws -> (code: Int32, errorOutput: String) {
    let text = try errors.fileHandleForReading.readToEnd() ?? Data()
    process.waitUntilExit()
    let signalled = process.terminationReason == .uncaughtSignal
    return ((signalled ? -1 : 1) * process.terminationStatus, String(decoding: text, as: UTF8.self))
  }
}
