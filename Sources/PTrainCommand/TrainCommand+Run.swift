import PTrainCore
import PTrainData
import PTrainNetwork
import PTrainTraining

extension TrainCommand {
  package func run() throws {
    let start = MonotonicClock.nanoseconds()
    let signals = StopSignals()
    let dataset = try DataSetFolder.open(dataSet.data)
    let settings = RunSettings(
      threads: runOptions.threads, memoryBudget: dataSet.memoryBudget.bytes,
      checkpointEvery: runOptions.checkpointEvery, keep: runOptions.keep.count,
      onCheckpointError: safety.onCheckpointError)
    let trainer = try Trainer(job(on: dataset), on: dataset, execution: settings.execution)
    let folder = try runOptions.out.map { try RunFolder(new: $0) } ?? RunFolder(nextIn: "runs")
    let lock = try folder.lock()
    // Another process may have been there between the look and the lock.
    try folder.checkIsUnused()
    let watchdog = safety.watchdog(trainer)
    try TrainingSession(
      trainer, folder: folder, settings: settings, epochCount: runOptions.epochs, reporter: ConsoleReporter(output),
      signals: signals, start: start
    ).run()
    extendLifetime((lock, watchdog))
  }

  private func job(on dataset: Dataset) -> Job {
    Job(
      dataset: dataset, model: model.sequential(for: dataset.description), loss: .sparseCategoricalCrossEntropy,
      optimizer: optimizer.rule, batchSize: samples.batchSize, validationSplit: samples.validationSplit,
      shuffle: samples.shuffleBuffer.map { .window(count: $0) }
        ?? .default(for: dataset, memoryBudget: dataSet.memoryBudget.bytes),
      seed: samples.seed, microbatchCount: runOptions.effectiveShards,
      reduction: runOptions.reduction)
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
  fileprivate var rule: Optimizer {
    let learningRate = Float(effectiveLearningRate)
    return switch optimizer {
    case .sgd: .sgd(learningRate: learningRate, momentum: momentum == 0 ? .none : .classical(Float(momentum)))
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
