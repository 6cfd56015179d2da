import Foundation
import Testing

@testable import PTrainCommand

/// What a call of ``CommandLineTool/run(_:output:errorOutput:)`` came to.
struct Invocation: Equatable {
  let code: Int32
  let output: String
  let errorOutput: String

  init(code: Int32, output: String = "", errorOutput: String = "") {
    (self.code, self.output, self.errorOutput) = (code, output, errorOutput)
  }

  init(_ arguments: String...) { self.init(arguments) }

  init(_ arguments: [String]) {
    var (output, errorOutput) = ("", "")
    code = CommandLineTool.run(arguments, output: { output += $0 }, errorOutput: { errorOutput += $0 })
    (self.output, self.errorOutput) = (output, errorOutput)
  }

  /// Runs the finished binary as a process of its own.
  init(binary arguments: [String]) throws { try self.init(Self.binary.path, arguments) }

  /// Runs the program at `path`.
  init(_ path: String, _ arguments: [String]) throws {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: path)
    process.arguments = arguments
    process.standardInput = FileHandle.nullDevice
    let (output, errorOutput) = (Pipe(), Pipe())
    process.standardOutput = output
    process.standardError = errorOutput
    try process.run()
    // Both fit a pipe's buffer, so reading one after the other can't block.
    self.output = String(decoding: try output.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
    self.errorOutput = String(decoding: try errorOutput.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
    process.waitUntilExit()
    code = process.terminationStatus
  }

  /// `ptrain`, which the build leaves beside the tests' bundle.
  static var binary: URL {
    get throws {
      let folder = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
      let candidates = [URL(fileURLWithPath: folder)] + CommandLine.arguments.map { URL(fileURLWithPath: $0) }
      let paths = candidates.map { $0.deletingLastPathComponent().appendingPathComponent("ptrain") }
      return try #require(
        paths.first { FileManager.default.isExecutableFile(atPath: $0.path) }, "no ptrain beside \(candidates)")
    }
  }
}
