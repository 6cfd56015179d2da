import FoundationEssentials
import PTrainCore
import PTrainNetwork
import PTrainTraining
import Testing

/// Training that starts from a model that there is.
struct FineTuningTests {
  private let tiny: TinyDataset
  private let start: TrainedModel

  init() throws {
    tiny = try TinyDataset(count: 40)
    let count = try ModelPlan(tinyModel(dropout: 0)).layout.count
    start = try TrainedModel(
      tinyModel(dropout: 0), loss: .sparseCategoricalCrossEntropy, optimizer: nil,
      parameters: (0..<count).map { Float($0 % 7) / 10 - 0.3 })
  }

  private func job(from digest: Digest?) -> Job {
    Job(dataset: tiny.dataset, model: tinyModel(dropout: 0), batchSize: 8, seed: 3, initialParameters: digest)
  }

  private func trainer(_ job: Job, from start: TrainedModel?) throws -> Trainer {
    try Trainer(job, on: tiny.dataset, execution: execution(lanes: 1), startingFrom: start)
  }

  @Test func itStartsFromTheParametersOfTheModel() throws {
    let trainer = try trainer(job(from: start.parametersDigest), from: start)
    #expect(trainer.trainedModel().parameterValues == start.parameterValues)
    try trainer.fit(epochs: 1)
    let other = try self.trainer(job(from: nil), from: nil)
    try other.fit(epochs: 1)
    #expect(trainer.trainedModel().parametersDigest != other.trainedModel().parametersDigest)
  }

  @Test func theJobTellsWhichParametersItStartsFrom() throws {
    #expect(job(from: start.parametersDigest) != job(from: nil))
    // Neither of the two can be left out.
    #expect(throws: TrainingError.self) { try trainer(job(from: nil), from: start) }
    #expect(throws: TrainingError.self) { try trainer(job(from: start.parametersDigest), from: nil) }
    #expect(throws: TrainingError.self) { try trainer(job(from: Digest(of: [1])), from: start) }
  }

  @Test func anotherModelIsNotTaken() throws {
    var model = tinyModel(dropout: 0)
    model.add(Activation(.linear))
    let other = Job(
      dataset: tiny.dataset, model: model, batchSize: 8, initialParameters: start.parametersDigest)
    #expect(throws: TrainingError.self) { try trainer(other, from: start) }
  }

  @Test func aResumedRunNeedsTheStartNoMore() throws {
    let job = job(from: start.parametersDigest)
    let straight = try trainer(job, from: start)
    try straight.fit(epochs: 2)
    let folder = try RunFolder(new: tiny.folder.path + "/run")
    try trainer(job, from: start).fit(epochs: 1, saving: folder)
    let checkpoint = try Checkpoint(path: folder.newestCheckpoint)
    #expect(checkpoint.job.initialParameters == start.parametersDigest)
    let resumed = try Trainer(resuming: checkpoint, on: tiny.dataset, execution: execution(lanes: 2))
    try resumed.fit(epochs: 2)
    #expect(try resumed.checkpointBytes() == straight.checkpointBytes())
  }

  /// Jobs of versions that didn't know of a start have no such member, and none is written where there is none.
  @Test func aJobWithoutAStartIsWrittenAsEver() throws {
    let encoded = try JSONEncoder().encode(job(from: nil))
    #expect(!String(decoding: encoded, as: UTF8.self).contains("initial_parameters"))
    #expect(try JSONDecoder().decode(Job.self, from: encoded) == job(from: nil))
  }

  @Test func aModelTrainedOnAnotherLossPredictsOnly() throws {
    let model = try TrainedModel(
      start.model, loss: start.loss, optimizer: nil, parameters: start.parameterValues, unsupportedLoss: "hinge")
    #expect(try model.predict([Float](repeating: 0, count: 12)).count == 3)
    let error = #expect(throws: TrainingError.self) { try model.evaluate(on: tiny.dataset, threads: 1) }
    #expect(error?.description.contains("hinge") == true)
  }

  @Test func parametersMustBeAsManyAsTheModelHas() throws {
    #expect(throws: TrainingError.self) {
      try TrainedModel(start.model, loss: start.loss, optimizer: nil, parameters: [1, 2])
    }
  }
}
