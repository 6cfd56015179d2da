import PTrainCore
import PTrainKernels
import PTrainNetwork

extension Workload {
  /// The matrix products of one step, forward and back, with bias, activations and loss.
  static func products(batchSize: Int, widths: [Int]) -> Workload {
    let name = widths.map(String.init).joined(separator: "-")
    return Workload("GEMM step \(name), batch \(batchSize)") {
      let network = try Network(model(widths), loss: .sparseCategoricalCrossEntropy)
      let workspace = try BatchWorkspace(for: network, rows: batchSize)
      workspace.input.elements.update(repeating: 0.5)
      let parameters = FloatBlock(network.initialParameters(seed: 1))
      let gradient = FloatBlock(count: network.layout.count)
      let rows = 0..<batchSize
      return {
        network.forward(parameters: parameters.base, workspace: workspace, rows: rows, mode: .inference)
        _ = network.loss(workspace, rows: rows, gradientScale: 1 / Float(batchSize))
        network.backward(parameters: parameters.base, workspace: workspace, rows: rows, gradient: gradient.base)
      }
    }
  }

  /// The buffered reduction's sum of `blocks` gradients of the middle job's size.
  static func gradientSum(blocks count: Int) -> Workload {
    Workload("Buffered reduction, sum of \(count) gradients") {
      let elements = parameterCount(midWidths)
      let gradients = FloatBlock(count: elements * count)
      return {
        SumKernel.sum(
          blocks: gradients.base, count: count, stride: elements, range: 0..<elements, into: gradients.base)
      }
    }
  }

  static let sgdUpdate = update("SGD", .sgd(learningRate: 0.01))
  static let momentumUpdate = update("momentum", .sgd(learningRate: 0.01, momentum: .classical(0.9)))
  static let adamUpdate = update("Adam", .adam())

  /// One update of all parameters of the middle job's model.
  private static func update(_ name: String, _ optimizer: Optimizer) -> Workload {
    Workload("Update, \(name)") {
      let count = parameterCount(midWidths)
      let rule = try UpdateRule(optimizer, parameterCount: count)
      let (parameters, gradient) = (FloatBlock(count: count), FloatBlock(count: count))
      let state = FloatBlock(count: rule.stateCount)
      gradient.fill(1e-3)
      var step = 0
      return {
        step += 1
        rule.update(
          parameters: parameters.base, gradient: gradient.base, state: state.base, range: 0..<count, step: step)
      }
    }
  }

  static func model(_ widths: [Int]) -> Sequential {
    var model = Sequential(inputShape: [28, 28])
    model.add(Flatten())
    for width in widths.dropFirst().dropLast() { model.add(Dense(width, activation: .relu)) }
    model.add(Dense(widths.last ?? 1, activation: .softmax))
    return model
  }

  private static func parameterCount(_ widths: [Int]) -> Int {
    zip(widths, widths.dropFirst()).reduce(0) { $0 + $1.1 * ($1.0 + 1) }
  }
}

/// A ``FloatBuffer`` that closures can hold.
private final class FloatBlock {
  private let buffer: FloatBuffer

  init(count: Int) { buffer = FloatBuffer(count: count) }

  init(_ buffer: consuming FloatBuffer) { self.buffer = buffer }

  var base: UnsafeMutablePointer<Float> { buffer.base }

  func fill(_ value: Float) { buffer.elements.update(repeating: value) }
}
