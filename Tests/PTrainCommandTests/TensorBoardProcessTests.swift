import Foundation
import Testing

/// `--tensorboard` as a process; what the files hold is tested beside their writer, and by TensorBoard itself in
/// `scripts/referees`.
@Suite struct TensorBoardProcessTests {
  private let data: TrainingData

  init() throws { data = try TrainingData() }

  private func files(_ run: String) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: data.folder.file("events/\(run)")).sorted()
  }

  @Test func aRunAndItsResumeEachWriteAFileARun() throws {
    let events = data.folder.file("events")
    let run = try data.train("run", "--epochs", "2", "--tensorboard", events, "--tensorboard-every", "3")
    for name in ["train", "validation", "steps"] { #expect(try files(name).count == 1, "\(name)") }
    // The folder and the steps are remembered.
    let resumed = try Run(["resume", data.folder.file("run"), "--epochs", "3", "--json"])
    for name in ["train", "validation", "steps"] { #expect(try files(name).count == 2, "\(name)") }
    let plain = try data.train("plain", "--epochs", "3")
    #expect(run.digest != resumed.digest && resumed.digest == plain.digest)
  }

  @Test func runsWithoutTheOptionWriteNone() throws {
    _ = try data.train("run", "--epochs", "1")
    #expect(!FileManager.default.fileExists(atPath: data.folder.file("events")))
  }

  @Test func eventsOfAnotherRunAreNotMixedIn() throws {
    let events = data.folder.file("events")
    _ = try data.train("run", "--epochs", "1", "--tensorboard", events)
    let second = data.folder.file("second")
    let call = try Invocation(binary: ["--data", data.set, "--out", second, "--tensorboard", events])
    #expect(call.isRefusal(73, "event files of another run in \(events)"))
    #expect(!FileManager.default.fileExists(atPath: second + "/ckpt.zst"))
    _ = try data.train("other", "--epochs", "1")
    let resumed = try Invocation(binary: [
      "resume", data.folder.file("other"), "--epochs", "2", "--tensorboard", events,
    ]
    )
    #expect(resumed.isRefusal(73))
    #expect(try Run(["resume", data.folder.file("run"), "--tensorboard", events + "/", "--json"]).digest != nil)
  }

  @Test func stepsWithoutAFolderAreRefused() throws {
    #expect(Invocation("train", "--tensorboard-every", "5").isRefusal(64, "--tensorboard beside it"))
    #expect(Invocation("train", "--tensorboard", "x", "--tensorboard-every", "0").isRefusal(64))
  }

  /// A limit on the size of files stands in for a full disk: checkpoints of some KiB fit, the log of many steps
  /// doesn't.
  @Test func eventsThatCannotBeWrittenEndTheRunAfterItsCheckpoint() throws {
    let script = #"""
      trap '' XFSZ; ulimit -f 32
      exec "$1" --data "$2" --out "$3" --tensorboard "$4" --tensorboard-every 1 --epochs 1000 --keep 0 --quiet
      """#
    let call = try Invocation(
      "/bin/sh",
      ["-c", script, "sh", Invocation.binary.path, data.set, data.folder.file("run"), data.folder.file("events")])
    #expect(call.isRefusal(74, "File too large"))
    #expect(try Invocation(binary: ["inspect", data.folder.file("run")]).code == 0)
  }
}
