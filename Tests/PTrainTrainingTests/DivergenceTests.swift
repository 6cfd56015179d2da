import PTrainCore
import PTrainData
import PTrainNetwork
import PTrainStorage
import Testing

@testable import PTrainTraining

/// A step that is not finite, of whatever kind: no update, no checkpoint, and a file that repeats it.
struct DivergenceTests {
  private let tiny: TinyDataset

  init() throws { tiny = try TinyDataset(count: 29) }

  private func model(activation: ActivationFunction = .linear) -> Sequential {
    Sequential(inputShape: [3, 4]) {
      Flatten()
      Dense(4, activation: activation)
      Dense(3, activation: .softmax)
    }
  }

  /// Zeros up to the logits, and behind them weights by which every delta overflows: the loss is ln 3.
  private func overflowing(_ model: Sequential) throws -> TrainedModel {
    let hidden = [Float](repeating: 0, count: 4 * 12 + 4)
    let output = (0..<3).flatMap { [Float](repeating: $0 == 0 ? 3e38 : -3e38, count: 4) }
    return try TrainedModel(
      model, loss: .sparseCategoricalCrossEntropy, optimizer: nil, parameters: hidden + output + [0, 0, 0])
  }

  private func trainer(_ reduction: Reduction, lanes: Int, rate: Float? = nil) throws -> Trainer {
    let start = rate == nil ? try overflowing(model()) : nil
    let job = Job(
      dataset: tiny.dataset, model: model(), optimizer: .sgd(learningRate: rate ?? 0.01), batchSize: 5,
      microbatchCount: 3, reduction: reduction, initialParameters: start?.parametersDigest)
    return try Trainer(job, on: tiny.dataset, execution: execution(lanes: lanes), startingFrom: start)
  }

  private func divergence(of trainer: Trainer, in folder: RunFolder? = nil) throws -> (Divergence, record: String?) {
    let error = #expect(throws: TrainingError.self) { try trainer.fit(epochs: 5, saving: folder) }
    guard case .diverged(let divergence, let record) = try #require(error) else { throw try #require(error) }
    return (divergence, record)
  }

  @Test(arguments: Reduction.allCases, 1...4)
  func aGradientThatOverflowsStopsBeforeItsUpdate(reduction: Reduction, lanes: Int) throws {
    let trainer = try trainer(reduction, lanes: lanes)
    let before = trainer.weights
    let found = try divergence(of: trainer)
    #expect(found.0.kind == .gradient && found.0.epoch == 0 && found.0.step == 0)
    #expect(found.0.loss.isFinite)
    #expect(trainer.weights == before)
    #expect(trainer.state.progress.globalStep == 0)
  }

  @Test(arguments: Reduction.allCases)
  func theRecordOfAStepRepeatsItWithAnyNumberOfLanes(reduction: Reduction) throws {
    let folder = try RunFolder(new: tiny.folder.path + "/run")
    let found = try divergence(of: trainer(reduction, lanes: 2), in: folder)
    let path = try #require(found.record)
    #expect(path == folder.divergedStep)
    #expect(folder.epochsWithCheckpoint.isEmpty && !DurableFile.exists(folder.newestCheckpoint))
    let checkpoint = try Checkpoint(path: path)
    let recorded = try #require(checkpoint.incident)
    #expect(recorded.kind == .gradient && recorded.samples.count == 5 && recorded.layers.count == 2)
    #expect(recorded.layers[0].deltas.greatest.magnitude > 1e37 || recorded.layers[0].deltas.nonFinite > 0)
    for lanes in 1...3 {
      let trainer = try Trainer(resuming: checkpoint, on: tiny.dataset, execution: execution(lanes: lanes))
      #expect(try trainer.repeatIncident() == recorded, "\(lanes) lanes")
    }
  }

  @Test(arguments: Reduction.allCases)
  func aRecordOfOtherParametersIsNotRepeated(reduction: Reduction) throws {
    let folder = try RunFolder(new: tiny.folder.path + "/run")
    let path = try #require(try divergence(of: trainer(reduction, lanes: 1), in: folder).record)
    let checkpoint = try Checkpoint(path: path)
    let trainer = try Trainer(resuming: checkpoint, on: tiny.dataset, execution: execution(lanes: 1))
    trainer.state.parameters.base[trainer.state.layout.count - 1] += 1
    #expect(try trainer.repeatIncident() != checkpoint.incident)
  }

  /// Rates at which the update itself overflows: whether that shows in the next loss or when the epoch's checkpoint
  /// is due, none is written that isn't finite.
  @Test(arguments: Reduction.allCases, [Float(1e38), 3e38])
  func parametersThatOverflowGetIntoNoCheckpoint(reduction: Reduction, rate: Float) throws {
    let folder = try RunFolder(new: tiny.folder.path + "/run")
    let trainer = try trainer(reduction, lanes: 2, rate: rate)
    _ = try divergence(of: trainer, in: folder)
    #expect(!DurableFile.exists(folder.newestCheckpoint))
  }

  @Test func parametersAreCheckedWhenACheckpointIsMade() throws {
    let folder = try RunFolder(new: tiny.folder.path + "/run")
    let trainer = try trainer(.fused, lanes: 1, rate: 0.01)
    trainer.state.parameters.base[3] = .nan
    let writer = CheckpointWriter(trainer, folder: folder, keep: nil, onError: .continue, callbacks: [])
    defer { writer.end() }
    trainer.state.progress.step = 1
    let error = #expect(throws: TrainingError.self) { try writer.save(completedEpochs: nil) }
    guard case .diverged(let divergence, nil) = try #require(error) else { throw try #require(error) }
    #expect(divergence.kind == .parameters && divergence.step == 0)
    #expect(!DurableFile.exists(folder.newestCheckpoint))
  }
}
