import Foundation
import Testing

/// `ptrain resume` as a process, after runs that ended and runs that were killed.
@Suite struct ResumeProcessTests {
  private let data: TrainingData

  init() throws { data = try TrainingData() }

  private func resume(_ path: String, _ options: String...) throws -> Run {
    try Run(["resume", data.folder.file(path), "--json"] + options)
  }

  /// Starts `arguments` and kills the process once it has written `lines` lines and `microseconds` have gone by.
  ///
  /// Its pipe holds no more than some sixteen lines, so that a run of many more epochs can't end before.
  private func kill(_ arguments: [String], afterLines lines: Int, microseconds: UInt32) throws {
    let process = Process()
    process.executableURL = try Invocation.binary
    process.arguments = arguments
    let output = Pipe()
    process.standardOutput = output
    process.standardError = FileHandle.nullDevice
    let setPipeSize: Int32 = 1031  // F_SETPIPE_SZ, which Glibc's module leaves out
    #expect(fcntl(output.fileHandleForWriting.fileDescriptor, setPipeSize, 4096) >= 0)
    try process.run()
    var seen = 0
    while seen < lines {
      let chunk = output.fileHandleForReading.availableData
      try #require(!chunk.isEmpty, "the run ended after \(seen) lines")
      seen += chunk.count { $0 == UInt8(ascii: "\n") }
    }
    usleep(microseconds)
    Foundation.kill(process.processIdentifier, SIGKILL)
    process.waitUntilExit()
    try #require(process.terminationReason == .uncaughtSignal)
  }

  private static let epochs = 40
  private var job: [String] {
    [
      "--data", data.set, "--json", "--epochs", "\(Self.epochs)", "--shards", "4", "--threads", "2", "--optimizer",
      "adam",
    ]
  }

  @Test func aKilledRunEndsInTheBitsOfAStraightOne() throws {
    let straight = try Run(["train", "--out", data.folder.file("straight")] + job)
    for (lines, microseconds) in [(1, 0), (2, 700), (9, 1300)] as [(Int, UInt32)] {
      try expectKilledRun("run-\(lines)", afterLines: lines, microseconds: microseconds, toEndLike: straight)
    }
  }

  private func expectKilledRun(
    _ name: String, afterLines lines: Int, microseconds: UInt32, toEndLike straight: Run
  ) throws {
    let folder = data.folder.file(name)
    try kill(
      ["train", "--checkpoint-every", "3", "--out", folder] + job, afterLines: lines, microseconds: microseconds)
    // Killed once more on its way, then resumed from the folder or from the file.
    try kill(["resume", "--json", folder], afterLines: 3, microseconds: microseconds / 2)
    let resumed = try resume(lines == 2 ? name + "/ckpt.zst" : name, "--threads", "3")
    #expect(resumed.digest != nil && resumed.digest == straight.digest)
    #expect(resumed.errorOutput.isEmpty)
    #expect(resumed.events.count < straight.events.count, "it began anew")
    #expect(try data.historyEpochs(name) == Array(1...Self.epochs))
    let files = try (run: data.files(name), straight: data.files("straight"))
    #expect(files.run.keys.sorted() == files.straight.keys.sorted())
    for name in files.straight.keys where name.hasSuffix(".zst") {
      #expect(files.run[name] == files.straight[name], "\(name)")
    }
  }

  @Test func aRunGoesOnFromAnEarlierEpoch() throws {
    let straight = try data.train("run", "--epochs", "4", "--threads", "2")
    let before = try data.files("run")
    let resumed = try resume("run/ckpt-epoch-0002.zst")
    #expect(resumed.events("epoch").map { $0["epoch"] as? Int } == [3, 4])
    #expect(resumed.digest == straight.digest)
    #expect(try data.historyEpochs("run") == [1, 2, 3, 4])
    let after = try data.files("run")
    for name in before.keys where name.hasSuffix(".zst") { #expect(before[name] == after[name], "\(name)") }
  }

  @Test func aRunThatEndedGoesOnToMoreEpochs() throws {
    let straight = try data.train("straight", "--epochs", "5", "--threads", "2")
    _ = try data.train("run", "--epochs", "3", "--threads", "2")
    let resumed = try resume("run", "--epochs", "5")
    #expect(resumed.events("epoch").map { $0["epoch"] as? Int } == [4, 5])
    #expect(resumed.digest == straight.digest)
    #expect(try data.files("run")["ckpt.zst"] == data.files("straight")["ckpt.zst"])
    #expect(try data.historyEpochs("run") == [1, 2, 3, 4, 5])
    // With nothing left to do it says what there is.
    let again = try resume("run")
    #expect(again.events.map { $0["event"] as? String } == ["test", "end"])
    #expect(again.digest == straight.digest)
    #expect(try data.historyEpochs("run") == [1, 2, 3, 4, 5])
  }

  @Test func whatKilledWritersLeftIsRemoved() throws {
    _ = try data.train("run", "--epochs", "2")
    let before = try data.files("run").keys
    let left = [".ckpt.zst.1-1.tmp", ".ckpt-epoch-0003.zst.77-3.tmp", ".history.jsonl.5-2.tmp", ".run.json.5-1.tmp"]
    for name in left + [".notes.tmp"] { try Data().write(to: URL(fileURLWithPath: data.folder.file("run/\(name)"))) }
    _ = try resume("run")
    #expect(try data.files("run").keys.sorted() == ([".notes.tmp"] + before).sorted())
  }

  @Test func aLostHistoryIsMadeAnewFromTheCheckpoint() throws {
    _ = try data.train("run", "--epochs", "2")
    try FileManager.default.removeItem(atPath: data.folder.file("run/history.jsonl"))
    _ = try resume("run", "--epochs", "3")
    #expect(try data.historyEpochs("run") == [1, 2, 3])
  }

  @Test func theDataSetMayHaveMoved() throws {
    let straight = try data.train("straight", "--epochs", "3", "--threads", "2")
    _ = try data.train("run", "--epochs", "2", "--threads", "2")
    let moved = data.folder.file("moved")
    try FileManager.default.moveItem(atPath: data.set, toPath: moved)
    let missing = try Invocation(binary: ["resume", data.folder.file("run"), "--epochs", "3"])
    #expect(missing.isRefusal(66))
    #expect(try resume("run", "--epochs", "3", "--data", moved).digest == straight.digest)
  }

  @Test func aForeignDataSetIsRefusedAndNothingChanges() throws {
    _ = try data.train("run", "--epochs", "2")
    let before = try data.files("run")
    try data.folder.writeIDX("train-labels", [200], (0..<200).map { UInt8($0 % 4) })
    let foreign = data.folder.file("foreign")
    try #require(data.pack(to: foreign).code == 0)
    let call = try Invocation(binary: ["resume", data.folder.file("run"), "--epochs", "3", "--data", foreign])
    #expect(call.isRefusal(65, "a data set with root hash"))
    #expect(try data.files("run") == before)
  }

  @Test func aTruncatedCheckpointIsRefused() throws {
    _ = try data.train("run", "--epochs", "2")
    let path = data.folder.file("run/ckpt.zst")
    let whole = try #require(FileManager.default.contents(atPath: path))
    for count in [0, 1, whole.count / 2, whole.count - 1] {
      try whole.prefix(count).write(to: URL(fileURLWithPath: path))
      for command in ["resume", "inspect", "summary"] {
        #expect(try Invocation(binary: [command, path]).isRefusal(65, path), "\(command) of \(count) bytes")
      }
    }
    // The earlier ones are files of their own.
    #expect(try resume("run/ckpt-epoch-0001.zst").events("epoch").count == 1)
  }

  @Test func whatIsNoCheckpointIsRefused() throws {
    #expect(try Invocation(binary: ["resume", data.folder.file("nothing")]).isRefusal(66))
    #expect(try Invocation(binary: ["resume", data.set]).isRefusal(66))
    let shard = try #require(FileManager.default.contentsOfDirectory(atPath: data.set).first { $0.hasPrefix("train") })
    #expect(try Invocation(binary: ["resume", "\(data.set)/\(shard)"]).isRefusal(65))
  }
}
