import Foundation
import PTrainData
import PTrainStorage
import PTrainTraining
import Testing

/// `ptrain replay` as a process.
@Suite struct ReplayProcessTests {
  private let data: TrainingData

  init() throws { data = try TrainingData() }

  @Test func aRunIsReproducedFromItsStartAndFromItsLastEpoch() throws {
    let run = try data.train("run", "--epochs", "3", "--threads", "2")
    for options in [[], ["--last-epoch"], ["--threads", "1"]] {
      let replay = try Run(["replay", data.folder.file("run"), "--json"] + options)
      let event = try #require(replay.events("replay").first)
      #expect(event["reproduced"] as? Bool == true, "\(options)")
      #expect(event["replayed_sha256"] as? String == run.digest)
      #expect(replay.events("epoch").count == (options == ["--last-epoch"] ? 1 : 3))
    }
  }

  /// One parameter of the first epoch's checkpoint is a bit off.
  @Test func otherBitsEndWithCode5AndNameTheirPlace() throws {
    _ = try data.train("run", "--epochs", "2")
    let run = data.folder.file("run")
    let same = try Invocation(binary: ["replay", run])
    #expect(same.code == 0 && same.output.contains("the same bits"))
    let path = run + "/ckpt-epoch-0001.zst"
    let trainer = try Trainer(
      resuming: Checkpoint(path: path), on: Dataset.open(data.set), execution: Execution(threads: 1))
    trainer.state.parameters.base[3] = trainer.state.parameters.base[3].nextUp
    try DurableFile.replace(path, with: trainer.checkpointBytes())
    let other = try Invocation(binary: ["replay", run])
    #expect(other.code == 5 && other.errorOutput.contains("first in the parameters after epoch 1"))
    let event = try Invocation(binary: ["replay", run, "--json"])
    #expect(event.code == 5 && event.output.contains("\"reproduced\":false"))
  }

  @Test func aRunFromAnotherModelNeedsThatModel() throws {
    _ = try data.train("short", "--epochs", "1", "--save", data.folder.file("model.npz"))
    _ = try data.train("tuned", "--init", data.folder.file("model.npz"), "--epochs", "1")
    let missing = try Invocation(binary: ["replay", data.folder.file("tuned")])
    #expect(missing.isRefusal(64, "--init"))
    let tuned = try Invocation(binary: ["replay", data.folder.file("tuned"), "--init", data.folder.file("model.npz")])
    #expect(tuned.code == 0, "\(tuned.errorOutput)")
  }

  @Test func aStepThatDivergedIsRepeatedAndNotResumed() throws {
    let run = try Invocation(binary: [
      "train", "--data", data.set, "--out", data.folder.file("run"), "--learning-rate", "1e38", "--quiet",
    ])
    #expect(run.code == 3)
    let path = data.folder.file("run/diverged.zst")
    #expect(run.errorOutput.contains(path), "\(run.errorOutput)")
    let replay = try Run(["replay", path, "--json", "--threads", "1"])
    let event = try #require(replay.events("incident").first)
    #expect(event["reproduced"] as? Bool == true)
    #expect((event["samples"] as? [Int])?.count == 20)
    #expect(try Invocation(binary: ["replay", path]).output.contains("the same bits"))
    #expect(try Invocation(binary: ["resume", path]).isRefusal(65, "ptrain replay"))
    #expect(try Invocation(binary: ["resume", data.folder.file("run")]).isRefusal(66))
  }
}
