import CKernels
import Glibc
import PTrainCore

/// Adam (D. Kingma, J. Ba, arXiv:1412.6980), in Keras's form:
///
/// α = learningRate · √(1 − beta2ᵗ) / (1 − beta1ᵗ)
/// m ← m + (g − m)(1 − beta1); v ← v + (g² − v)(1 − beta2); w ← w − m · α / (√v + epsilon)
package struct AdamKernel: Sendable {
  private let stepSize: Float
  private let share1: Float
  private let share2: Float
  private let epsilon: Float

  /// 1 − beta and the bias corrections are computed in `Double`: for beta2 = 0.999, `Float` would keep
  /// four digits of them.
  ///
  /// - Parameter step: t, 1 for the first update.
  package init(learningRate: Float, beta1: Double, beta2: Double, epsilon: Float, step: Int) {
    precondition(step >= 1, "Adam's step \(step)")
    let correction1 = 1 - pow(beta1, Double(step))
    let correction2 = 1 - pow(beta2, Double(step))
    stepSize = Float(Double(learningRate) * correction2.squareRoot() / correction1)
    share1 = Float(1 - beta1)
    share2 = Float(1 - beta2)
    self.epsilon = epsilon
  }

  /// - Parameters:
  ///   - parameters: w; updated.
  ///   - gradient: g.
  ///   - firstMoment: m; updated.
  ///   - secondMoment: v; updated.
  ///   - count: elements, from the given pointers on.
  package func update(
    parameters: UnsafeMutablePointer<Float>, gradient: UnsafePointer<Float>,
    firstMoment: UnsafeMutablePointer<Float>, secondMoment: UnsafeMutablePointer<Float>, count: Int
  ) {
    kernel_adam(
      parameters, gradient, firstMoment, secondMoment, count, stepSize, share1, share2, epsilon)
  }
}
