import Glibc
import PTrainCore

/// Adam (D. Kingma, J. Ba, arXiv:1412.6980), in Keras's form:
///
/// α = learningRate · √(1 − beta2ᵗ) / (1 − beta1ᵗ)
/// m ← m + (g − m)(1 − beta1); v ← v + (g² − v)(1 − beta2); w ← w − m · α / (√v + epsilon)
package struct AdamKernel: Sendable {
  private typealias Lanes = SIMD4<Float>

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
    // In explicit lanes, 1.3 ns an element: left to itself, the compiler does not vectorise the loop
    // (2.2 ns), because Swift's root has a branch for negative numbers. It stays scalar here, too.
    var index = 0
    while index + Lanes.scalarCount <= count {
      let g = load(gradient + index)
      var m = load(firstMoment + index)
      var v = load(secondMoment + index)
      m += (g - m) * share1
      v += (g * g - v) * share2
      store(m, firstMoment + index)
      store(v, secondMoment + index)
      store(load(parameters + index) - m * stepSize / (v.squareRoot() + epsilon), parameters + index)
      index += Lanes.scalarCount
    }
    while index < count {
      let g = gradient[index]
      firstMoment[index] += (g - firstMoment[index]) * share1
      secondMoment[index] += (g * g - secondMoment[index]) * share2
      parameters[index] -= firstMoment[index] * stepSize / (secondMoment[index].squareRoot() + epsilon)
      index += 1
    }
  }

  @inline(__always)
  private func load(_ pointer: UnsafePointer<Float>) -> Lanes {
    UnsafeRawPointer(pointer).loadUnaligned(as: Lanes.self)
  }

  @inline(__always)
  private func store(_ lanes: Lanes, _ pointer: UnsafeMutablePointer<Float>) {
    UnsafeMutableRawPointer(pointer).storeBytes(of: lanes, as: Lanes.self)
  }
}
