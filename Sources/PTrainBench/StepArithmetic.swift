/// The arithmetic of training a stack of dense layers: what its matrix products need, one multiplication and one
/// addition counted as two operations. Biases, activations, loss and update are left out.
package struct StepArithmetic: Equatable, Sendable {
  /// Multiplications of one sample, each with its addition.
  package let forward: Int
  package let weightGradient: Int
  /// Of all layers but the first, whose input needs no gradient.
  package let inputGradient: Int

  /// - Parameter widths: inputs, hidden widths, outputs.
  package init(widths: [Int]) {
    let weights = zip(widths, widths.dropFirst()).map { $0 * $1 }
    forward = weights.reduce(0, +)
    weightGradient = forward
    inputGradient = weights.dropFirst().reduce(0, +)
  }

  /// Operations to train on one sample.
  package var operationsPerSample: Double { 2 * Double(forward + weightGradient + inputGradient) }

  /// 10⁹ operations to train on `count` samples.
  package func gigaOperations(samples count: Int) -> Double { operationsPerSample * Double(count) * 1e-9 }
}
