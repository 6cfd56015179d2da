import PTrainNetwork
import PTrainTraining
import Testing

/// The widths, optimizers and batch sizes that ptrain is timed with, on made-up samples of MNIST's size.
private struct ReferenceJob: CustomTestStringConvertible, Sendable {
  let testDescription: String
  let hidden: [Int]
  let optimizer: Optimizer
  let batchSize: Int
  /// Of the distance between the two reductions' parameters after 100 steps, to the way that they went.
  let tolerance: Float

  /// Two ways to sum round differently by 2⁻²⁴ of a sum's terms, in each of 100 steps. Plain descent carries that
  /// to the weights as it is, and curvature makes it grow less than 10 times: 100 · 2⁻²⁴ · 10 ≈ 6e-5. Adam divides
  /// by the gradient's own size, so that elements which are all rounding still go their way, some hundredths of
  /// the whole (2e-2 was seen): 5e-2. A slice of 8 that misses an output or takes one twice is off by more than 1e-1.
  static let all = [
    ReferenceJob(
      testDescription: "reference", hidden: [20, 20], optimizer: .sgd(learningRate: 0.01), batchSize: 20,
      tolerance: 6e-5),
    ReferenceJob(
      testDescription: "mid", hidden: [512, 512], optimizer: .adam(learningRate: 0.001), batchSize: 128,
      tolerance: 5e-2),
  ]
}

struct ReferenceJobsTests {
  @Test(arguments: ReferenceJob.all)
  private func fusedAgreesWithBufferedAfterAHundredSteps(reference: ReferenceJob) throws {
    let steps = 100
    let count = 10 * reference.batchSize
    let tiny = try TinyDataset(count: count, height: 28, width: 28, samplesPerShard: count, rowsPerFrame: 64)
    let model = Sequential(inputShape: [28, 28]) {
      Flatten()
      for width in reference.hidden { Dense(width, activation: .relu) }
      Dense(3, activation: .softmax)
    }
    var start: [Float] = []
    let ends = try Reduction.allCases.map { reduction in
      let job = Job(
        dataset: tiny.dataset, model: model, optimizer: reference.optimizer, batchSize: reference.batchSize,
        validationSplit: 0, microbatchCount: 8, reduction: reduction)
      let trainer = try Trainer(job, on: tiny.dataset, execution: execution(lanes: 2))
      start = trainer.weights
      try trainer.fit(epochs: steps / 10)
      #expect(trainer.state.progress.globalStep == steps)
      return trainer.weights
    }
    let share = Self.distance(ends[0], ends[1]) / Self.distance(start, ends[0])
    #expect(share <= reference.tolerance)
    #expect(share > 0, "two ways that round differently")
  }

  private static func distance(_ first: [Float], _ second: [Float]) -> Float {
    zip(first, second).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }.squareRoot()
  }
}
