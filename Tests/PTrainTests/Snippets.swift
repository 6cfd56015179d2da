import PTrain

// The code that README and articles show, to be compiled: `ArticleTests` asserts that each of their Swift blocks
// stands here, line by line.

/// README, "Library".
func readmeLibrary() throws {
  let model = Sequential(inputShape: [28, 28]) {
    Flatten()
    Dense(20, activation: .relu)
    Dense(20, activation: .relu)
    Dense(10, activation: .softmax)
  }
  let dataset = try Dataset.open("datasets/mnist")
  let job = Job(dataset: dataset, model: model, optimizer: .sgd(learningRate: 0.01), microbatchCount: 8)
  let trainer = try Trainer(job, on: dataset, execution: Execution(threads: 8))
  try trainer.fit(epochs: 10)
  print(try trainer.evaluate().accuracy)
  let probabilities = try trainer.trainedModel().predict([Float](repeating: 0, count: 28 * 28))
  let later = try TrainedModel(contentsOf: "runs/1")  // a checkpoint, a run's folder, or a file of another tool
  try later.save(to: "mnist_model.h5")
  _ = probabilities
}

/// The landing page.
func landingPage(model: Sequential) throws {
  let dataset = try Dataset.open("datasets/mnist")
  let job = Job(dataset: dataset, model: model, microbatchCount: 8)
  let trainer = try Trainer(job, on: dataset, execution: Execution(threads: 8))
  try trainer.fit(epochs: 10)
  print(try trainer.evaluate().accuracy)
}

// MARK: FirstTraining

func firstModel() throws -> Sequential {
  let model = Sequential(inputShape: [28, 28]) {
    Flatten()
    Dense(20, activation: .relu)
    Dense(20, activation: .relu)
    Dense(10, activation: .softmax)
  }
  print(try ModelSummary(model).text)
  return model
}

func firstTraining(model: Sequential) throws -> [Float] {
  let dataset = try Dataset.open("datasets/mnist")
  let job = Job(
    dataset: dataset, model: model, optimizer: .sgd(learningRate: 0.01), batchSize: 20, validationSplit: 0.3, seed: 1,
    microbatchCount: 8)

  let trainer = try Trainer(job, on: dataset, execution: Execution(threads: 8))
  let history = try trainer.fit(epochs: 2)
  for epoch in history.epochs {
    print("epoch \(epoch.epoch + 1): loss \(epoch.training.loss), \(epoch.samplesPerSecond) samples a second")
  }
  let test = try trainer.evaluate()
  print("\(test.accuracy * 100) % of the test images are told right")

  let blank = [Float](repeating: 0, count: 28 * 28)
  let probabilities = try trainer.trainedModel().predict(blank)
  return probabilities
}

func keptTraining(_ trainer: Trainer, dataset: Dataset) throws {
  let folder = try RunFolder(nextIn: "runs")
  try trainer.fit(epochs: 10, saving: folder)
  let kept = try TrainedModel(contentsOf: folder.path)
  print(try kept.evaluate(on: dataset, threads: 8).accuracy)
}

// MARK: YourOwnDataAndModel

func ownDescription() throws {
  let (description, root) = try Dataset.describe("datasets/own")
  print(
    "\(description.train.count) samples of \(description.sampleShape) in \(description.classCount) classes, \(root)")
}

func classifier(for description: DatasetDescription, widths: [Int], dropout: Float?) -> Sequential {
  Sequential(inputShape: description.sampleShape.dimensions) {
    Flatten()
    for width in widths {
      Dense(width, activation: .relu, weightInitializer: .glorotUniform)
      if let dropout { Dropout(dropout) }
    }
    Dense(description.classCount, activation: .softmax)
  }
}

final class BestEpoch: TrainingCallback {
  private(set) var best: EpochSummary?

  func epochDidEnd(_ summary: EpochSummary) {
    guard let accuracy = summary.validation?.accuracy else { return }
    if accuracy > best?.validation?.accuracy ?? 0 { best = summary }
  }
}

func ownTraining(dataset: Dataset) throws -> EpochSummary? {
  let job = Job(
    dataset: dataset, model: classifier(for: dataset.description, widths: [32, 16], dropout: 0.1),
    optimizer: .adam(learningRate: 0.001), batchSize: 32, microbatchCount: 4)
  let best = BestEpoch()
  try Trainer(job, on: dataset, execution: Execution(threads: 4)).fit(epochs: 3, callbacks: [best])
  return best.best
}

func streamedTraining(dataset: Dataset, model: Sequential) throws -> Trainer {
  let budget = 8_000_000
  let shuffle = Shuffle.default(for: dataset, memoryBudget: budget)
  let streamed = Job(dataset: dataset, model: model, shuffle: shuffle, microbatchCount: 4)
  let execution = Execution(threads: 4, memoryBudget: budget)
  return try Trainer(streamed, on: dataset, execution: execution)
}

func tellOfAnError(path: String) {
  do {
    _ = try Dataset.open(path)
  } catch {
    print(error.diagnosis.found, error.diagnosis.expected, error.diagnosis.remedy, separator: "\n")
  }
}

// MARK: HowTheParallelStepWorks

func sameBits(dataset: Dataset, model: Sequential, sample: [Float]) throws -> Bool {
  let job = Job(dataset: dataset, model: model, microbatchCount: 8)
  let one = try Trainer(job, on: dataset, execution: Execution(threads: 1))
  let eight = try Trainer(job, on: dataset, execution: Execution(threads: 8))
  try one.fit(epochs: 2)
  try eight.fit(epochs: 2)
  let isSame = try one.trainedModel().predict(sample) == eight.trainedModel().predict(sample)
  return isSame
}

func phases(of history: History) {
  for epoch in history.epochs {
    let phases = epoch.phases
    print(phases.compute, phases.dataWait, phases.reductionWait)
  }
}
