/// The function that a layer's sums go through.
public enum ActivationFunction: String, Codable, Sendable, CaseIterable {
  /// y = x
  case linear
  /// y = 1 where x > 0, else 0. Trained with the straight-through gradient: that of y = x where
  /// |x| ≤ 1, and 0 elsewhere (Y. Bengio et al., arXiv:1308.3432, 2013; I. Hubara et al., 2016).
  case step
  /// y = 1 / (1 + e⁻ˣ)
  case sigmoid
  /// y = tanh x
  case tanh
  /// y = max(x, 0)
  case relu
  /// y = eˣ / Σ eˣ, over the outputs of a sample
  case softmax
}
