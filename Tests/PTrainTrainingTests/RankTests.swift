import PTrainCore
import PTrainData
import PTrainNetwork
import PTrainRanks
import PTrainStorage
import PTrainTraining
import Synchronization
import Testing

/// What each of several ranks came to.
private struct RankOutcome: Equatable, Sendable {
  var weights: [Float]
  var losses: [Double]
  var test: Evaluation
  /// Of rank 0: its whole state.
  var checkpoint: [UInt8]?
}

/// Trains `job` by `count` ranks, threads of this process, each with `lanes` lanes.
private func train(
  _ job: Job, on tiny: TinyDataset, ranks count: Int, lanes: Int = 1, epochs: Int = 2, mode: ExchangeMode = .automatic,
  memoryBudget: Int = Execution.defaultMemoryBudget
) throws -> [RankOutcome] {
  let outcomes = Mutex<[Int: Result<RankOutcome, any Error>]>([:])
  let dataset = tiny.dataset
  let threads = try RankGroup.local(count: count).map { group in
    PlainThread(name: "rank \(group.rank)") {
      let outcome = Result { () throws -> RankOutcome in
        var execution = execution(lanes: lanes, memoryBudget: memoryBudget)
        execution.ranks = group
        execution.exchange = mode
        let trainer = try Trainer(job, on: dataset, execution: execution)
        let history = try trainer.fit(epochs: epochs)
        let outcome = RankOutcome(
          weights: trainer.weights, losses: history.epochs.map(\.training.loss), test: try trainer.evaluate(),
          checkpoint: group.rank == 0 ? try trainer.checkpointBytes() : nil)
        group.leave()
        return outcome
      }
      outcomes.withLock { $0[group.rank] = outcome }
    }
  }
  for thread in threads { thread?.join() }
  return try (0..<count).map { rank in try #require(outcomes.withLock { $0[rank] }).get() }
}

private func alone(_ job: Job, on tiny: TinyDataset, epochs: Int = 2) throws -> RankOutcome {
  let trainer = try Trainer(job, on: tiny.dataset, execution: execution(lanes: 1))
  let history = try trainer.fit(epochs: epochs)
  return RankOutcome(
    weights: trainer.weights, losses: history.epochs.map(\.training.loss), test: try trainer.evaluate(),
    checkpoint: try trainer.checkpointBytes())
}

/// Wide enough for slices of their own for every rank, and for the first layer by slices.
private func wideModel() -> Sequential {
  Sequential(inputShape: [3, 4]) {
    Flatten()
    Dense(640, activation: .relu)
    Dropout(0.25)
    Dense(24, activation: .tanh)
    Dense(3, activation: .softmax)
  }
}

struct RankTests {
  private func check(_ job: Job, on tiny: TinyDataset, ranks: Int, lanes: Int, mode: ExchangeMode) throws {
    let expected = try alone(job, on: tiny)
    let found = try train(job, on: tiny, ranks: ranks, lanes: lanes, mode: mode)
    for (rank, outcome) in found.enumerated() {
      let place: Comment = "rank \(rank) of \(ranks), \(lanes) lanes, \(job.microbatchCount) shards, \(mode)"
      #expect(outcome.weights == expected.weights, place)
      #expect(outcome.losses == expected.losses, place)
      #expect(outcome.test == expected.test, place)
    }
    #expect(found[0].checkpoint == expected.checkpoint, "\(ranks) ranks: rank 0's whole state")
  }

  @Test(arguments: 1...5, Reduction.allCases)
  func ranksGiveTheBitsOfOneProcess(ranks: Int, reduction: Reduction) throws {
    let tiny = try TinyDataset(count: 29)
    for microbatchCount in [1, 2, 3, 4, 6] {
      for mode in [ExchangeMode.flat, .layered] {
        let job = Job(
          dataset: tiny.dataset, model: tinyModel(dropout: 0.25), optimizer: .adam(learningRate: 0.01), batchSize: 6,
          microbatchCount: microbatchCount, reduction: reduction)
        try check(job, on: tiny, ranks: ranks, lanes: 1 + ranks % 2, mode: mode)
      }
    }
  }

  /// The reference job in small: the first layer holds most of the parameters, and its slices form it.
  @Test(arguments: 2...4) func ranksThatFormTheFirstLayerBySlicesGiveTheBitsOfOneProcess(ranks: Int) throws {
    let tiny = try TinyDataset(count: 29)
    let model = Sequential(inputShape: [3, 4]) {
      Flatten()
      Dense(1000, activation: .relu)
      Dense(3, activation: .softmax)
    }
    let job = Job(dataset: tiny.dataset, model: model, batchSize: 8, microbatchCount: 4)
    try check(job, on: tiny, ranks: ranks, lanes: 1, mode: .flat)
    try check(job, on: tiny, ranks: ranks, lanes: 2, mode: .layered)
  }

  @Test(arguments: 2...4, Reduction.allCases)
  func ranksThatShareLayersGiveTheBitsOfOneProcess(ranks: Int, reduction: Reduction) throws {
    let tiny = try TinyDataset(count: 29)
    let job = Job(
      dataset: tiny.dataset, model: wideModel(), optimizer: .sgd(learningRate: 0.05, momentum: .nesterov(0.5)),
      batchSize: 8, microbatchCount: 4, reduction: reduction)
    try check(job, on: tiny, ranks: ranks, lanes: 2, mode: .layered)
    try check(job, on: tiny, ranks: ranks, lanes: 1, mode: .flat)
  }

  @Test func streamedSamplesGiveTheBitsOfCachedOnes() throws {
    let tiny = try TinyDataset(count: 60)
    let job = Job(
      dataset: tiny.dataset, model: tinyModel(), batchSize: 6, shuffle: .window(count: 8), microbatchCount: 3)
    let expected = try alone(job, on: tiny)
    for outcome in try train(job, on: tiny, ranks: 3, memoryBudget: 25 * 12) {
      #expect(outcome.weights == expected.weights)
    }
  }

  /// Its numbers are those of all rows, and the state those of all slices, though each rank has only its own.
  @Test(arguments: Reduction.allCases) func theRecordOfARefusedStepIsThatOfOneProcess(reduction: Reduction) throws {
    let tiny = try TinyDataset(count: 29)
    let model = Sequential(inputShape: [3, 4]) {
      Flatten()
      Dense(640, activation: .relu)
      Dense(24)
      Dense(3, activation: .softmax)
    }
    let job = Job(
      dataset: tiny.dataset, model: model, optimizer: .sgd(learningRate: 1e15, momentum: .classical(0.5)),
      batchSize: 6, microbatchCount: 3, reduction: reduction)
    let expected = try recordOfARefusedStep(job, on: tiny.dataset, in: tiny.folder.path + "/alone", group: .alone)
    let found = Mutex<[UInt8]>([])
    let (dataset, place) = (tiny.dataset, tiny.folder.path + "/ranks")
    let threads = try RankGroup.local(count: 3).map { group in
      PlainThread(name: "rank \(group.rank)") {
        let record = try? recordOfARefusedStep(job, on: dataset, in: place, group: group)
        if group.rank == 0 { found.withLock { $0 = record ?? [] } }
        group.leave()
      }
    }
    for thread in threads { thread?.join() }
    #expect(!expected.isEmpty && found.withLock { $0 == expected })
  }
}

private func recordOfARefusedStep(
  _ job: Job, on dataset: Dataset, in place: String, group: RankGroup
) throws -> [UInt8] {
  var execution = execution(lanes: 1)
  execution.ranks = group
  let folder = group.rank == 0 ? try RunFolder(new: place) : nil
  let trainer = try Trainer(job, on: dataset, execution: execution)
  do throws(TrainingError) {
    try trainer.fit(epochs: 3, saving: folder)
  } catch {
    guard case .diverged(_, let record) = error else { throw error }
    return try record.map { try DurableFile.read($0, limit: 1 << 20) } ?? []
  }
  return []
}
