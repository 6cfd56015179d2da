import Glibc
import PTrainCore

@testable import PTrainNetwork

/// A network in `Double`, one sample after the other, as plainly as it can be written.
struct DoubleTwin {
  let plan: ModelPlan
  let loss: Loss
  /// Seed and step of the dropout masks; `nil` in inference.
  var training: (seed: UInt64, step: Int)?
  /// What the step functions were fed with, in the order of evaluation; see `step(_:)`.
  private var anchors: [Double] = []
  private var nextAnchor: Int?

  init(_ model: Sequential, loss: Loss, training: (seed: UInt64, step: Int)? = nil) throws {
    plan = try ModelPlan(model)
    self.loss = loss
    self.training = training
  }

  /// The mean loss.
  mutating func meanLoss(_ parameters: [Double], _ inputs: [[Double]], _ labels: [Int]) -> Double {
    if nextAnchor != nil { nextAnchor = 0 }
    let losses = zip(inputs, labels).enumerated().map { row, sample in
      sampleLoss(output(parameters, sample.0, row: row), sample.1)
    }
    return losses.reduce(0, +) / Double(labels.count)
  }

  /// From now on, step functions are replaced by what their straight-through gradient is the slope of,
  /// around the points at which they are now: step(a) + clamp(x) − clamp(a).
  mutating func anchorSteps(_ parameters: [Double], _ inputs: [[Double]]) {
    (anchors, nextAnchor) = ([], nil)
    for (row, input) in inputs.enumerated() { _ = output(parameters, input, row: row) }
    nextAnchor = 0
  }

  mutating func output(_ parameters: [Double], _ input: [Double], row: Int) -> [Double] {
    var values = input
    for (index, planned) in plan.layers.enumerated() {
      switch planned.layer {
      case .flatten: break
      case .dense(let dense): values = activate(dense.activation, sums(planned, parameters, values))
      case .activation(let activation): values = activate(activation.function, values)
      case .dropout(let dropout): values = drop(dropout.rate, layer: index, values, row: row)
      }
    }
    return values
  }

  private func sums(_ planned: ModelPlan.PlannedLayer, _ parameters: [Double], _ values: [Double]) -> [Double] {
    let weight = planned.weight.map { Array(parameters[$0.range]) } ?? []
    let bias = planned.bias.map { Array(parameters[$0.range]) }
    return (0..<planned.outputShape[0]).map { output in
      values.indices.reduce(bias?[output] ?? 0) { $0 + values[$1] * weight[output * values.count + $1] }
    }
  }

  private mutating func activate(_ function: ActivationFunction, _ values: [Double]) -> [Double] {
    switch function {
    case .linear: return values
    case .step: return values.map { step($0) }
    case .sigmoid: return values.map { 1 / (1 + exp(-$0)) }
    case .tanh: return values.map { Glibc.tanh($0) }
    case .relu: return values.map { max($0, 0) }
    case .softmax:
      let exponentials = values.map { exp($0) }
      let sum = exponentials.reduce(0, +)
      return exponentials.map { $0 / sum }
    }
  }

  private mutating func step(_ x: Double) -> Double {
    guard let place = nextAnchor else {
      anchors.append(x)
      return x > 0 ? 1 : 0
    }
    nextAnchor = place + 1
    let (a, clamp) = (anchors[place], { (x: Double) in min(max(x, -1), 1) })
    return (a > 0 ? 1 : 0) + clamp(x) - clamp(a)
  }

  private func drop(_ rate: Float, layer: Int, _ values: [Double], row: Int) -> [Double] {
    guard let training else { return values }
    let random = CounterRandom(seed: training.seed, stream: .dropout(layer: layer, step: training.step))
    return values.indices.map { column in
      random.uniform(row * values.count + column) < rate ? 0 : values[column] / (1 - Double(rate))
    }
  }

  private func sampleLoss(_ outputs: [Double], _ label: Int) -> Double {
    let clip = { (p: Double) in min(max(p, 1e-7), 1 - 1e-7) }
    switch loss {
    case .meanSquaredError:
      let errors = outputs.indices.map { outputs[$0] - ($0 == label ? 1 : 0) }
      return errors.reduce(0) { $0 + $1 * $1 } / Double(outputs.count)
    case .categoricalCrossEntropy where !endsInSoftmax: return -log(clip(outputs[label] / outputs.reduce(0, +)))
    case .sparseCategoricalCrossEntropy where !endsInSoftmax:
      return log(outputs.reduce(0) { $0 + clip($1) }) - log(clip(outputs[label]))
    case .categoricalCrossEntropy, .sparseCategoricalCrossEntropy: return -log(outputs[label])
    }
  }

  private var endsInSoftmax: Bool {
    switch plan.layers.last?.layer {
    case .dense(let dense): dense.activation == .softmax
    case .activation(let activation): activation.function == .softmax
    default: false
    }
  }
}
