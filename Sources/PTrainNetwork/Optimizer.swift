/// What stochastic gradient descent remembers of earlier steps.
public enum Momentum: Equatable, Sendable {
  case none
  /// v ← momentum · v − learningRate · g; w ← w + v
  case classical(Float)
  /// v ← momentum · v − learningRate · g; w ← w + momentum · v − learningRate · g (Y. Nesterov, 1983)
  case nesterov(Float)

  /// The factor; 0 without momentum.
  public var factor: Float {
    switch self {
    case .none: 0
    case .classical(let factor), .nesterov(let factor): factor
    }
  }
}

/// How the parameters follow the gradient; Keras's formulas and defaults.
public enum Optimizer: Equatable, Sendable {
  /// w ← w − learningRate · g, or with `momentum`.
  case sgd(learningRate: Float = 0.01, momentum: Momentum = .none)
  /// m ← m + (g − m)(1 − beta1); v ← v + (g² − v)(1 − beta2); w ← w − α · m / (√v + epsilon) with
  /// α = learningRate · √(1 − beta2ᵗ) / (1 − beta1ᵗ) in step t = 1, 2, … (D. Kingma, J. Ba, 2014).
  ///
  /// `beta1` and `beta2` are `Double` because of the differences from 1.
  case adam(learningRate: Float = 0.001, beta1: Double = 0.9, beta2: Double = 0.999, epsilon: Float = 1e-7)

  public var learningRate: Float {
    switch self {
    case .sgd(let learningRate, _), .adam(let learningRate, _, _, _): learningRate
    }
  }
}
