import PTrainCore
import PTrainKernels

@testable import PTrainNetwork

/// 2⁻²⁴: the greatest relative error of one `Float` operation.
let unitRoundoff = 0x1p-24

/// `count` numbers within ±`limit`, different for each `seed`.
func numbers(_ count: Int, seed: UInt64, limit: Float = 1) -> [Float] {
  let random = CounterRandom(seed: seed, stream: .packing)
  return (0..<count).map { (2 * random.uniform($0) - 1) * limit }
}

/// A network with parameters, a gradient block and a filled workspace.
final class Bench {
  let network: Network
  let workspace: BatchWorkspace
  let parameters: FloatBuffer
  let gradient: FloatBuffer
  let rows: Int

  init(_ model: Sequential, loss: Loss, rows: Int, seed: UInt64 = 1) throws {
    network = try Network(model, loss: loss)
    workspace = try BatchWorkspace(for: network, rows: max(rows, 1))
    parameters = FloatBuffer(numbers(network.layout.count, seed: seed, limit: 0.8))
    gradient = FloatBuffer(count: network.layout.count)
    gradient.elements.update(repeating: .nan)
    self.rows = rows
    let samples = numbers(workspace.input.count, seed: seed + 1)
    for (index, value) in samples.enumerated() { workspace.input.base[index] = value }
    for row in 0..<workspace.rows { workspace.labels[row] = Int32((row * 5 + 1) % network.outputCount) }
  }

  /// Forward, loss and backward of `range`, with the gradient of the mean over all rows.
  @discardableResult
  func run(_ range: Range<Int>, mode: Network.Mode = .inference) -> LossSum {
    network.forward(parameters: parameters.base, workspace: workspace, rows: range, mode: mode)
    let sum = network.loss(workspace, rows: range, gradientScale: 1 / Float(rows))
    network.backward(parameters: parameters.base, workspace: workspace, rows: range, gradient: gradient.base)
    return sum
  }

  var inputs: [[Double]] {
    (0..<rows).map { row in (0..<network.inputCount).map { Double(workspace.input[row, $0]) } }
  }
  var labels: [Int] { (0..<rows).map { Int(workspace.labels[$0]) } }
  var output: [Float] { Array(network.output(workspace).rows(0..<rows).elements) }
}

/// The greatest distance between corresponding elements; infinite if the counts differ or one is NaN.
func distance(_ first: [Float], _ second: [Double]) -> Double {
  guard first.count == second.count else { return .infinity }
  return zip(first, second).reduce(0) { greatest, pair in
    let distance = (Double(pair.0) - pair.1).magnitude
    return distance.isNaN ? .infinity : max(greatest, distance)
  }
}
