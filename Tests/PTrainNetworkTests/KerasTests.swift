import Foundation
import PTrainCore
import PTrainKernels
import Testing

@testable import PTrainNetwork

/// ptrain's arithmetic against Keras's: losses of every step, gradients of the first and parameters
/// after the last.
struct KerasTests {
  struct Job: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let inputs: Int
    let activations: [ActivationFunction]
    let units: [Int]
    let loss: Loss
    var optimizer: Optimizer
    let (sampleCount, batchSize, steps): (Int, Int, Int)

    init(
      _ name: String, _ activations: [ActivationFunction], _ loss: Loss, _ optimizer: Optimizer,
      inputs: Int = 36, units: [Int] = [8, 8, 10], sampleCount: Int = 50, batchSize: Int = 16, steps: Int = 20
    ) {
      (testDescription, self.activations, self.loss, self.optimizer) = (name, activations, loss, optimizer)
      (self.inputs, self.units) = (inputs, units)
      (self.sampleCount, self.batchSize, self.steps) = (sampleCount, batchSize, steps)
    }

    var model: Sequential {
      Sequential(inputShape: [inputs]) {
        for (units, activation) in zip(units, activations) { Dense(units, activation: activation) }
      }
    }
  }

  static let sparse = Loss.sparseCategoricalCrossEntropy
  static let reference = Job(
    "reference", [.relu, .relu, .softmax], sparse, .sgd(learningRate: 0.01), inputs: 784, units: [20, 20, 10],
    sampleCount: 320, batchSize: 20, steps: 100)
  /// As in the script's `main`.
  static let jobs = [
    reference,
    Job("momentum", [.relu, .relu, .softmax], sparse, .sgd(learningRate: 0.05, momentum: .classical(0.9))),
    Job("nesterov", [.relu, .relu, .softmax], sparse, .sgd(learningRate: 0.05, momentum: .nesterov(0.9))),
    Job("adam", [.relu, .relu, .softmax], sparse, .adam(learningRate: 0.01)),
    Job("tanh", [.tanh, .sigmoid, .softmax], .categoricalCrossEntropy, .sgd(learningRate: 0.1)),
    Job("squared", [.sigmoid, .tanh, .linear], .meanSquaredError, .sgd(learningRate: 0.1)),
    Job("softmaxSquared", [.relu, .relu, .softmax], .meanSquaredError, .sgd(learningRate: 0.5)),
    Job("sigmoidSparse", [.relu, .tanh, .sigmoid], sparse, .sgd(learningRate: 0.1)),
    Job("sigmoidCategorical", [.relu, .tanh, .sigmoid], .categoricalCrossEntropy, .sgd(learningRate: 0.1)),
    Job("noHidden", [.softmax], sparse, .sgd(learningRate: 0.1), units: [10]),
  ]

  struct Result {
    var losses: [Float] = []
    var gradient: [Float] = []
    var parameters: [Float] = []
  }

  /// Trains `job` as the script does, each minibatch in one piece.
  static func train(_ job: Job) throws -> Result {
    let network = try Network(job.model, loss: job.loss)
    let rule = try UpdateRule(job.optimizer, parameterCount: network.layout.count)
    let workspace = try BatchWorkspace(for: network, rows: job.batchSize)
    let gradient = FloatBuffer(count: network.layout.count)
    let state = FloatBuffer(count: rule.stateCount)
    let initial = network.layout.entries.enumerated().flatMap { KerasReference.initial($0, $1.shape) }
    let parameters = FloatBuffer(initial)
    let starts = Array(stride(from: 0, to: job.sampleCount, by: job.batchSize))
    var result = Result()
    for step in 0..<job.steps {
      let start = starts[step % starts.count]
      let rows = 0..<min(job.batchSize, job.sampleCount - start)
      for row in rows { load((start + row) * 37 % job.sampleCount, row, workspace) }
      network.forward(
        parameters: parameters.base, workspace: workspace, rows: rows, mode: .training(seed: 0, step: step))
      let sum = network.loss(workspace, rows: rows, gradientScale: 1 / Float(rows.count))
      network.backward(parameters: parameters.base, workspace: workspace, rows: rows, gradient: gradient.base)
      if step == 0 { result.gradient = gradient.copy() }
      rule.update(
        parameters: parameters.base, gradient: gradient.base, state: state.base, range: 0..<parameters.count,
        step: step + 1)
      result.losses.append(Float(sum.loss / Double(rows.count)))
    }
    result.parameters = parameters.copy()
    _ = state.count
    return result
  }

  private static func load(_ sample: Int, _ row: Int, _ workspace: BatchWorkspace) {
    let inputs = workspace.input.columns
    let bytes = (0..<inputs).map { KerasReference.pixel(sample, $0, inputs: inputs) }
    bytes.withUnsafeBufferPointer {
      ConversionKernel.convert(
        $0, scale: 1 / 255, offset: 0, output: workspace.input.rows(row..<(row + 1)).elements)
    }
    workspace.labels[row] = Int32(KerasReference.label(sample))
  }

  /// How far the results may be apart, relative to their size.
  ///
  /// The two sum products in other orders. A sum of n products is off by about √n roundings (N. Higham,
  /// T. Mary, "A new approach to probabilistic rounding error analysis", 2019), and a gradient passes
  /// through four of them at most, the longest over the inputs; each step rounds the parameters once
  /// more, which adds up to √steps roundings. Keras computes Adam's 1 − beta2ᵗ in `Float`, where it is
  /// off by up to u / (1 − beta2), and takes the root, which halves that.
  static func tolerance(_ job: Job, steps: Int) -> Double {
    let roundings = 4 * Double(job.inputs).squareRoot() + Double(steps).squareRoot()
    if case .adam(_, _, let beta2, _) = job.optimizer {
      return unitRoundoff * (roundings + 0.5 / (1 - beta2))
    }
    return unitRoundoff * roundings
  }

  /// The distance of two vectors, relative to the length of the second.
  static func relativeDistance(_ first: [Float], _ second: [Float]) -> Double {
    guard first.count == second.count else { return .infinity }
    let norm = { (values: [Double]) in values.reduce(0) { $0 + $1 * $1 }.squareRoot() }
    return norm(zip(first, second).map { Double($0) - Double($1) }) / norm(second.map(Double.init))
  }

  /// The greatest distance of corresponding losses, relative to the loss.
  static func lossDistance(_ first: [Float], _ second: [Float]) -> Double {
    guard first.count == second.count else { return .infinity }
    return zip(first, second).reduce(0) { max($0, Double(($1.0 - $1.1).magnitude / $1.1)) }
  }

  @Test(arguments: jobs)
  func lossesGradientsAndParametersAreThoseOfKeras(job: Job) throws {
    let (keras, result) = (try KerasReference(), try Self.train(job))
    let gradient = try keras.values("\(job.testDescription).gradient")
    let losses = try keras.values("\(job.testDescription).losses")
    let parameters = try keras.values("\(job.testDescription).parameters")
    #expect(Self.relativeDistance(result.gradient, gradient) <= Self.tolerance(job, steps: 0))
    #expect(Self.lossDistance(result.losses, losses) <= Self.tolerance(job, steps: job.steps))
    #expect(Self.relativeDistance(result.parameters, parameters) <= Self.tolerance(job, steps: job.steps))
  }

  /// That the tolerances would notice a slip: a learning rate that is off by one percent is seen in the
  /// losses and in the parameters, 10 times over.
  @Test(arguments: jobs)
  func onePercentOfTheLearningRateIsNoticed(job: Job) throws {
    var changed = job
    switch job.optimizer {
    case .sgd(let learningRate, let momentum):
      changed.optimizer = .sgd(learningRate: learningRate * 1.01, momentum: momentum)
    case .adam(let learningRate, let beta1, let beta2, let epsilon):
      changed.optimizer = .adam(learningRate: learningRate * 1.01, beta1: beta1, beta2: beta2, epsilon: epsilon)
    }
    let (keras, result) = (try KerasReference(), try Self.train(changed))
    let tolerance = 10 * Self.tolerance(job, steps: job.steps)
    #expect(try Self.lossDistance(result.losses, keras.values("\(job.testDescription).losses")) > tolerance)
    let parameters = try keras.values("\(job.testDescription).parameters")
    #expect(Self.relativeDistance(result.parameters, parameters) > tolerance)
  }
}
