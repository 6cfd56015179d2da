import PTrainCore
import PTrainNetwork
import PTrainStorage
import Testing

@testable import PTrainTraining

/// A replay finds the same bits, or the first step that has others.
struct RunReplayTests {
  private let tiny: TinyDataset
  private let folder: RunFolder
  private let job: Job

  /// 20 training samples, 5 steps an epoch, 3 epochs.
  init() throws {
    tiny = try TinyDataset(count: 29)
    folder = try RunFolder(new: tiny.folder.path + "/run")
    job = Job(
      dataset: tiny.dataset, model: tinyModel(dropout: 0.25), optimizer: .adam(learningRate: 0.01), batchSize: 4,
      seed: 7, microbatchCount: 3)
    let trainer = try Trainer(job, on: tiny.dataset, execution: execution(lanes: 2))
    try trainer.fit(epochs: 3, saving: folder)
  }

  private func replay(_ path: String, lanes: Int = 1) throws -> RunReplay.Difference? {
    let trainer = try Trainer(job, on: tiny.dataset, execution: execution(lanes: lanes))
    let replay = RunReplay(try Checkpoint(path: path), in: folder, with: trainer)
    try replay.run(callbacks: [])
    #expect(replay.isComplete)
    return replay.difference
  }

  /// Seals a checkpoint anew whose state was changed.
  private func alter(_ path: String, _ change: (TrainingState) -> Void) throws {
    let trainer = try Trainer(resuming: Checkpoint(path: path), on: tiny.dataset, execution: execution(lanes: 1))
    change(trainer.state)
    try DurableFile.replace(path, with: trainer.checkpointBytes())
  }

  @Test(arguments: 1...3)
  func everyCheckpointIsReproduced(lanes: Int) throws {
    #expect(try Checkpoint(path: folder.newestCheckpoint).trace.count == 5)
    for epoch in 1...3 { #expect(try replay(folder.checkpoint(ofEpoch: epoch), lanes: lanes) == nil) }
  }

  @Test func aCheckpointInsideAnEpochIsReproduced() throws {
    let path = folder.path + "/inside.zst"
    let trainer = try Trainer(
      resuming: Checkpoint(path: folder.checkpoint(ofEpoch: 1)), on: tiny.dataset, execution: execution(lanes: 1))
    try trainer.prepareRows(epoch: 1, step: 0)
    _ = try trainer.advance(stepCount: 3)
    try DurableFile.replace(path, with: trainer.checkpointBytes())
    #expect(try Checkpoint(path: path).trace.count == 3)
    #expect(try replay(path) == nil)
  }

  @Test func oneAlteredParameterIsFound() throws {
    try alter(folder.checkpoint(ofEpoch: 2)) { $0.parameters.base[7] = $0.parameters.base[7].nextUp }
    #expect(try replay(folder.newestCheckpoint) == .parameters(epochs: 2))
  }

  @Test func oneAlteredNumberOfTheOptimizerIsFound() throws {
    try alter(folder.newestCheckpoint) { $0.optimizerState.base[7] = $0.optimizerState.base[7].nextUp }
    #expect(try replay(folder.newestCheckpoint) == .optimizerState(epochs: 3))
  }

  @Test(arguments: 0..<5) func theAlteredStepIsNamed(altered: Int) throws {
    try alter(folder.checkpoint(ofEpoch: 2)) {
      $0.trace.add($0.trace.values(at: $0.progress)[altered].nextUp, step: altered)
    }
    let difference = try replay(folder.newestCheckpoint)
    guard case .loss(let epoch, let step, 1, _, _) = try #require(difference) else {
      Issue.record("\(String(describing: difference))")
      return
    }
    #expect(epoch == 1 && step == altered)
  }

  /// A run that went on with other parameters after its first epoch differs from the second's first step on.
  @Test func theFirstStepOfARunThatWasTamperedWithIsNamed() throws {
    let resumed = try Trainer(
      resuming: Checkpoint(path: folder.checkpoint(ofEpoch: 1)), on: tiny.dataset, execution: execution(lanes: 1))
    // The last bias: each loss depends on it.
    resumed.state.parameters.base[resumed.state.layout.count - 1] += 0.5
    try resumed.fit(epochs: 3, saving: folder)
    let difference = try replay(folder.newestCheckpoint)
    guard case .loss(let epoch, let step, 1, let recorded, let found) = try #require(difference) else {
      Issue.record("\(String(describing: difference))")
      return
    }
    #expect(epoch == 1 && step == 0 && recorded != found)
  }

  @Test func manyStepsAreSummedInOneEntry() {
    var trace = LossTrace(stepsPerEpoch: LossTrace.largestCount + 1)
    #expect(trace.stride == 2)
    var progress = RunProgress(epochsWanted: 1)
    for step in 0..<5 { trace.add(Double(step), step: step) }
    progress.step = 5
    #expect(trace.values(at: progress) == [1, 5, 4])
  }
}
