import Glibc
import PTrainTraining
import Testing

/// Notes what it is told, and does something on the way.
private final class Witness: TrainingCallback {
  var saved: [String] = []
  var steps = 0
  let atStep: (Int) -> Void

  init(atStep: @escaping (Int) -> Void = { _ in }) { self.atStep = atStep }

  func stepsDidAdvance(_ progress: StepProgress) {
    steps += 1
    atStep(steps)
  }

  func checkpointDidSave(_ path: String) { saved.append(path) }
}

struct CheckpointWriterTests {
  private static func trainer(_ tiny: TinyDataset) throws -> Trainer {
    let job = Job(
      dataset: tiny.dataset, model: tinyModel(), optimizer: .adam(learningRate: 0.01), batchSize: 4, seed: 3,
      microbatchCount: 2)
    return try Trainer(job, on: tiny.dataset, execution: execution(lanes: 2))
  }

  /// Training goes on while a checkpoint is written: what is in it must be the copy, not what came after.
  @Test func checkpointsHoldTheStateOfTheirEpochsEnd() throws {
    let tiny = try TinyDataset(count: 57)
    let folder = try RunFolder(new: tiny.folder.path + "/run")
    let witness = Witness()
    try Self.trainer(tiny).fit(epochs: 6, saving: folder, callbacks: [witness])
    #expect(witness.saved == [String](repeating: folder.newestCheckpoint, count: 6))
    for epoch in 1...6 {
      let straight = try Self.trainer(tiny)
      try straight.fit(epochs: epoch)
      let checkpoint = try Checkpoint(path: folder.checkpoint(ofEpoch: epoch))
      #expect(checkpoint.parametersDigest == straight.state.parametersDigest, "epoch \(epoch)")
      #expect(checkpoint.progress.epoch == epoch && checkpoint.progress.step == 0)
    }
  }

  @Test func anErrorOfTheWriterEndsTheRun() throws {
    let tiny = try TinyDataset(count: 57)
    let folder = try RunFolder(new: tiny.folder.path + "/run")
    // A folder where the first checkpoint belongs.
    mkdir(folder.checkpoint(ofEpoch: 1), 0o777)
    let trainer = try Self.trainer(tiny)
    let error = #expect(throws: TrainingError.self) { try trainer.fit(epochs: 1000, saving: folder) }
    #expect("\(try #require(error))".contains("ckpt-epoch-0001.zst"))
    // The error may be seen an epoch late; never more, as the next checkpoint waits for the one before.
    #expect(trainer.state.progress.epoch <= 2)
  }

  @Test func anErrorInTheLastCheckpointIsNotLost() throws {
    let tiny = try TinyDataset(count: 57)
    let folder = try RunFolder(new: tiny.folder.path + "/run")
    mkdir(folder.checkpoint(ofEpoch: 3), 0o777)
    #expect(throws: TrainingError.self) { try Self.trainer(tiny).fit(epochs: 3, saving: folder) }
    #expect(try Checkpoint(path: folder.newestCheckpoint).progress.epoch == 2)
  }
}
