import Glibc
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
    for index in 0..<count { parameters[index] -= learningRate * gradient[index] }
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
    for index in 0..<count {
      let next = velocity[index] * momentum - gradient[index] * learningRate
      velocity[index] = next
      parameters[index] += next
    }
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
    for index in 0..<count {
      let push = gradient[index] * learningRate
      let next = velocity[index] * momentum - push
      velocity[index] = next
      parameters[index] += next * momentum - push
    }
  }
}
