import Foundation
import Testing

/// `ptrain` as a process that is told to end.
@Suite struct SignalProcessTests {
  private let data: TrainingData
  private static let epochs = 60

  init() throws { data = try TrainingData() }

  private func arguments(_ name: String) -> [String] {
    [
      "train", "--data", data.set, "--out", data.folder.file(name), "--json", "--epochs", "\(Self.epochs)",
      "--threads", "2", "--optimizer", "adam",
    ]
  }

  @Test(arguments: [(SIGINT, "SIGINT"), (SIGTERM, "SIGTERM"), (SIGHUP, "SIGHUP")])
  func aSignalEndsTheRunWithACheckpoint(number: Int32, name: String) throws {
    let child = try Child(arguments("run"))
    try child.read(lines: 3)
    child.send(number)
    let end = try child.end()
    #expect(end.code == 128 + number)
    #expect(end.errorOutput.hasPrefix("ptrain: stopped by \(name) after "))
    #expect(end.errorOutput.hasSuffix("'ptrain resume \(data.folder.file("run"))' goes on from there\n"))
    let straight = try Run(arguments("straight")).digest
    let resumed = try Run(["resume", data.folder.file("run"), "--json"])
    #expect(resumed.digest != nil && resumed.digest == straight)
    #expect(resumed.events("epoch").count < Self.epochs - 2)
    #expect(try data.files("run").keys.sorted() == data.files("straight").keys.sorted())
  }

  /// The run waits for the reader of its output, who doesn't come: the second signal ends it nevertheless.
  @Test func aSecondSignalEndsAtOnce() throws {
    let child = try Child(arguments("run"))
    try child.read(lines: 2)
    child.send(SIGINT)
    try child.waitForSignalsTaken()
    child.send(SIGTERM)
    let end = try child.exit()
    #expect([128 + SIGTERM, 128 + SIGINT].contains(end.code), "\(end)")
    #expect(try Invocation(binary: ["inspect", data.folder.file("run")]).code == 0)
    let resumed = try Run(["resume", data.folder.file("run"), "--json"])
    #expect(try resumed.digest == Run(arguments("straight")).digest)
  }

  @Test func whatTheParentIgnoresIsIgnored() throws {
    let script = #"trap '' HUP INT; exec "$0" "$@""#
    let child = try Child(["-c", script, Invocation.binary.path] + arguments("run"), path: "/bin/sh")
    try child.read(lines: 2)
    child.send(SIGHUP)
    child.send(SIGINT)
    #expect(try child.end().code == 0)
    #expect(try data.historyEpochs("run") == Array(1...Self.epochs))
  }

  @Test func aSecondProcessIsRefusedAndADeadOneBlocksNobody() throws {
    let child = try Child(arguments("run"))
    try child.read(lines: 2)
    let path = data.folder.file("run")
    let owner = "\(path), in which process \(child.process.processIdentifier) is at work"
    #expect(try Invocation(binary: ["resume", path]).isRefusal(75, owner))
    #expect(try Invocation(binary: ["resume", path + "/ckpt.zst"]).isRefusal(75, owner))
    // Reading does no harm.
    #expect(try Invocation(binary: ["inspect", path]).code == 0)
    child.send(SIGKILL)
    #expect(try child.end().code == -SIGKILL)
    let resumed = try Run(["resume", path, "--json"])
    #expect(try resumed.digest == Run(arguments("straight")).digest)
    #expect(try data.files("run").keys.sorted() == data.files("straight").keys.sorted())
  }

  /// A run whose output nobody reads stands, and is ended after its time, with what it waits for.
  @Test func aRunThatStandsEndsWithItsOwnCode() throws {
    let child = try Child(arguments("run") + ["--stall-timeout", "1"])
    let end = try child.exit()
    #expect(end.code == 4)
    #expect(end.errorOutput.contains("found no progress for 1.0 s: training waits for the reader of its output"))
    let resumed = try Run(["resume", data.folder.file("run"), "--json"])
    #expect(try resumed.digest == Run(arguments("straight")).digest)
  }
}
