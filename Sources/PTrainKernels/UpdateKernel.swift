import CKernels
import PTrainCore

/// The optimizers' update rules, elementwise over `count` elements from the given pointers on; with
/// Keras's formulas.
package enum UpdateKernel {
  /// w ← w − learningRate · g
  ///
  /// - Parameters:
  ///   - parameters: w; updated.
  ///   - gradient: g.
  package static func sgd(
    parameters: UnsafeMutablePointer<Float>, gradient: UnsafePointer<Float>, count: Int, learningRate: Float
  ) {
    kernel_sgd(parameters, gradient, count, learningRate)
  }

  /// v ← momentum · v − learningRate · g; w ← w + v
  ///
  /// - Parameters:
  ///   - parameters: w; updated.
  ///   - gradient: g.
  ///   - velocity: v; updated.
  package static func momentum(
    parameters: UnsafeMutablePointer<Float>, gradient: UnsafePointer<Float>, velocity: UnsafeMutablePointer<Float>,
    count: Int, learningRate: Float, momentum: Float
  ) {
    kernel_momentum(parameters, gradient, velocity, count, learningRate, momentum)
  }

  /// v ← momentum · v − learningRate · g; w ← w + momentum · v − learningRate · g
  ///
  /// - Parameters:
  ///   - parameters: w; updated.
  ///   - gradient: g.
  ///   - velocity: v; updated.
  package static func nesterov(
    parameters: UnsafeMutablePointer<Float>, gradient: UnsafePointer<Float>, velocity: UnsafeMutablePointer<Float>,
    count: Int, learningRate: Float, momentum: Float
  ) {
    kernel_nesterov(parameters, gradient, velocity, count, learningRate, momentum)
  }
}
