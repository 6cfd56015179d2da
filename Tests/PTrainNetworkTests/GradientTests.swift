import PTrainCore
import PTrainKernels
import Testing

@testable import PTrainNetwork

/// The network against its plain twin in `Double`: outputs, losses, and gradients as slopes of the
/// twin's loss.
struct GradientTests {
  struct Example: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let model: Sequential
    let loss: Loss

    init(_ description: String, _ loss: Loss, _ model: Sequential) {
      (testDescription, self.loss, self.model) = ("\(description), \(loss)", loss, model)
    }
  }

  static let hidden = ActivationFunction.allCases.flatMap { function in
    [
      Example(
        "hidden \(function)", .sparseCategoricalCrossEntropy,
        Sequential(inputShape: [5]) {
          Dense(4, activation: function)
          Dense(3, activation: .softmax)
        }),
      Example(
        "\(function) as a layer", .categoricalCrossEntropy,
        Sequential(inputShape: [5]) {
          Dense(4, activation: .tanh)
          Activation(function)
          Dense(4)
          Activation(function)
          Dense(3, activation: .softmax)
        }),
      Example(
        "final \(function)", .meanSquaredError,
        Sequential(inputShape: [5]) {
          Dense(4, activation: .sigmoid)
          Dense(3, activation: function)
        }),
    ]
  }

  static let endings = [Loss.sparseCategoricalCrossEntropy, .categoricalCrossEntropy].flatMap { loss in
    [
      Example("no hidden layer", loss, Sequential(inputShape: [5]) { Dense(3, activation: .softmax) }),
      Example("final sigmoid", loss, Sequential(inputShape: [5]) { Dense(3, activation: .sigmoid) }),
      Example(
        "softmax on a ReLU", loss,
        Sequential(inputShape: [5]) {
          Dense(3, activation: .relu)
          Activation(.softmax)
        }),
      Example(
        "softmax twice", loss,
        Sequential(inputShape: [5]) {
          Dense(3, activation: .softmax)
          Activation(.softmax)
        }),
    ]
  }

  static let shapes = [
    Example(
      "flatten, no bias", .sparseCategoricalCrossEntropy,
      Sequential(inputShape: [2, 3]) {
        Flatten()
        Dense(4, activation: .tanh, useBias: false)
        Dense(3, activation: .softmax, useBias: false)
      }),
    Example(
      "dropout everywhere", .sparseCategoricalCrossEntropy,
      Sequential(inputShape: [2, 3]) {
        Dropout(0.2)
        Flatten()
        Dense(7, activation: .tanh)
        Dropout(0.5)
        Dense(5, activation: .relu)
        Dropout(0)
        Dense(3)
        Dropout(0.3)
        Activation(.softmax)
      }),
    Example("one output", .meanSquaredError, Sequential(inputShape: [1]) { Dense(1) }),
  ]

  static let examples = hidden + endings + shapes

  /// The longest chain is four products of up to 8 terms and as many activations of a few roundings
  /// each, on numbers of order 1: below 100 roundings.
  static let tolerance = 100 * unitRoundoff

  static let mode = Network.Mode.training(seed: 9, step: 4)

  @Test(arguments: examples, [1, 2, 7])
  func outputsAndLossEqualTheTwin(example: Example, rows: Int) throws {
    let bench = try Bench(example.model, loss: example.loss, rows: rows)
    var twin = try DoubleTwin(example.model, loss: example.loss, training: (9, 4))
    let parameters = bench.parameters.copy().map(Double.init)
    let sum = bench.run(0..<rows, mode: Self.mode)
    let outputs = bench.inputs.enumerated().map { twin.output(parameters, $1, row: $0) }
    #expect(distance(bench.output, outputs.flatMap { $0 }) <= Self.tolerance)
    let loss = twin.meanLoss(parameters, bench.inputs, bench.labels)
    #expect((sum.loss / Double(rows) - loss).magnitude <= Self.tolerance)
    let correct = zip(outputs, bench.labels).count { $0.firstIndex(of: $0.max() ?? 0) == $1 }
    #expect(sum.correct == correct)
  }

  @Test(arguments: examples, [1, 7])
  func gradientIsTheSlopeOfTheTwin(example: Example, rows: Int) throws {
    let bench = try Bench(example.model, loss: example.loss, rows: rows)
    var twin = try DoubleTwin(example.model, loss: example.loss, training: (9, 4))
    let parameters = bench.parameters.copy().map(Double.init)
    bench.run(0..<rows, mode: Self.mode)
    twin.anchorSteps(parameters, bench.inputs)
    // Truncation and rounding of the slopes are below 10⁻⁹ with this step.
    let slopes = parameters.indices.map { index in
      var (below, above) = (parameters, parameters)
      below[index] -= 1e-6
      above[index] += 1e-6
      let rise = twin.meanLoss(above, bench.inputs, bench.labels) - twin.meanLoss(below, bench.inputs, bench.labels)
      return rise / 2e-6
    }
    let greatest = slopes.reduce(0) { max($0, $1.magnitude) }
    #expect(greatest > 100 * Self.tolerance, "an example whose gradient vanishes tests nothing")
    #expect(distance(bench.gradient.copy(), slopes) <= Self.tolerance * max(1, greatest))
  }

  @Test func inferenceIgnoresDropout() throws {
    let example = Self.shapes[1]
    let bench = try Bench(example.model, loss: example.loss, rows: 3)
    var twin = try DoubleTwin(example.model, loss: example.loss)
    let parameters = bench.parameters.copy().map(Double.init)
    bench.run(0..<3)
    let outputs = bench.inputs.flatMap { twin.output(parameters, $0, row: 0) }
    #expect(distance(bench.output, outputs) <= Self.tolerance)
  }
}
