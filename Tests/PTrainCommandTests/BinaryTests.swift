import Testing

@testable import PTrainCommand

/// The finished binary as a process: what only a process has, its exit code and its two streams.
@Suite struct BinaryTests {
  @Test func helpAndVersionGoToStandardOutput() throws {
    let version = try Invocation(binary: ["--version"])
    #expect(version == Invocation("--version"))
    let help = try Invocation(binary: ["train", "--help"])
    #expect(help.code == 0 && help.errorOutput.isEmpty && help.output.contains("--threads <count>"))
  }

  @Test func badUsageIsOneLineOnStandardErrorAndCode64() throws {
    let call = try Invocation(binary: ["--threads", "0"])
    #expect(call == Invocation("--threads", "0"))
    #expect(call.code == 64 && call.output.isEmpty && call.errorOutput.hasSuffix("\n"))
  }
}
