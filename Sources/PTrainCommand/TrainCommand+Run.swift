import PTrain
import PTrainCore
import PTrainData
import PTrainNetwork
import PTrainRanks
import PTrainReport
import PTrainTraining

extension TrainCommand {
  package func run() throws {
    let start = MonotonicClock.nanoseconds()
    let signals = StopSignals()
    try RankedCommand.run { try run(in: $0, signals: signals, start: start) }
  }

  private func run(in group: RankGroup, signals: StopSignals, start: UInt64) throws {
    let trainer = try group.agree { try self.trainer(in: group) }
    StandardStream.warn(try RankIntroduction.check(trainer, in: group), in: group)
    let watchdog = safety.watchdog(trainer)
    defer { extendLifetime(watchdog) }
    guard group.rank == 0 else {
      return try RankFollower(
        trainer: trainer, epochCount: runOptions.epochs, checkpointEvery: runOptions.checkpointEvery, signals: signals
      ).run()
    }
    let folder = try runOptions.out.map { try RunFolder(new: $0) } ?? RunFolder(nextIn: "runs")
    let lock = try folder.lock()
    // Another process may have been there between the look and the lock.
    try folder.checkIsUnused()
    var settings = settings
    settings.eventFolder = try events.tensorboard.map { try EventFolder(new: $0).path }
    try TrainingSession(
      trainer, folder: folder, settings: settings, epochCount: runOptions.epochs, reporter: ConsoleReporter(output),
      signals: signals, output: output, start: start
    ).run()
    try runOptions.save.map { try trainer.trainedModel().save(to: $0) }
    extendLifetime(lock)
  }

  private var settings: RunSettings {
    RunSettings(
      threads: runOptions.threads, memoryBudget: dataSet.memoryBudget.bytes,
      checkpointEvery: runOptions.checkpointEvery, keep: runOptions.keep.count, eventsEvery: events.tensorboardEvery,
      onCheckpointError: safety.onCheckpointError, exchange: runOptions.exchange)
  }

  private func trainer(in group: RankGroup) throws -> Trainer {
    let dataset = try DataSetFolder.open(dataSet.data)
    let initial = try model.start.map { try TrainedModel(contentsOf: $0) }
    let job = try job(
      on: dataset, from: initial, shards: runOptions.effectiveShards(ranks: group.count))
    let trainer = try Trainer(job, on: dataset, execution: settings.execution(in: group), startingFrom: initial)
    // Before hours of training: what can't be written then can't be written now.
    if group.rank == 0 { try runOptions.save.map { try trainer.trainedModel().checkSavable(to: $0) } }
    return trainer
  }

  private func job(on dataset: Dataset, from initial: TrainedModel?, shards: Int) throws -> Job {
    Job(
      dataset: dataset, model: initial?.model ?? model.sequential(for: dataset.description),
      loss: try initial?.requiredLoss() ?? .sparseCategoricalCrossEntropy,
      optimizer: try optimizer.rule(besides: initial?.optimizer), batchSize: samples.batchSize,
      validationSplit: samples.validationSplit,
      shuffle: samples.shuffleBuffer.map { .window(count: $0) }
        ?? .default(for: dataset, memoryBudget: dataSet.memoryBudget.bytes),
      seed: samples.seed, microbatchCount: shards,
      reduction: runOptions.reduction, initialParameters: initial?.parametersDigest)
  }
}

extension ModelOptions {
  /// Flatten, the hidden layers, and an output for each of the data set's classes.
  fileprivate func sequential(for description: DatasetDescription) -> Sequential {
    var model = Sequential(inputShape: description.sampleShape.dimensions)
    model.add(Flatten())
    for width in hidden.values { model.add(Dense(width, activation: activation.function)) }
    model.add(Dense(description.classCount, activation: .softmax))
    return model
  }
}

extension OptimizerOptions {
  /// What the options name; beside them, what `given`, the optimizer of a model that there is, says.
  fileprivate func rule(besides given: Optimizer?) throws -> Optimizer {
    guard let given, namedOptimizer == nil else { return rule }
    let learningRate = learningRate.map { Float($0) } ?? given.learningRate
    switch (given, namedMomentum) {
    case (.sgd(_, let momentum), nil): return .sgd(learningRate: learningRate, momentum: momentum)
    case (.sgd, let momentum?): return .sgd(learningRate: learningRate, momentum: Self.momentum(momentum))
    case (.adam, let momentum?) where momentum != 0: throw OptionConflict.momentumWithoutSGD(momentum)
    case (.adam(_, let beta1, let beta2, let epsilon), _):
      return .adam(learningRate: learningRate, beta1: beta1, beta2: beta2, epsilon: epsilon)
    }
  }

  private static func momentum(_ factor: Double) -> Momentum { factor == 0 ? .none : .classical(Float(factor)) }

  private var rule: Optimizer {
    let learningRate = Float(effectiveLearningRate)
    return switch optimizer {
    case .sgd: .sgd(learningRate: learningRate, momentum: Self.momentum(momentum))
    case .adam: .adam(learningRate: learningRate)
    }
  }
}

extension ActivationName {
  fileprivate var function: ActivationFunction {
    switch self {
    case .linear: .linear
    case .step: .step
    case .sigmoid: .sigmoid
    case .tanh: .tanh
    case .relu: .relu
    case .softmax: .softmax
    }
  }
}
