/// How a parameter's values are drawn before the first step, as in Keras.
///
/// With fanIn inputs and fanOut outputs; for a bias both are its length.
public enum Initializer: String, Codable, Sendable, CaseIterable {
  /// 0
  case zeros
  /// Uniform within ±√(6 / (fanIn + fanOut)) (X. Glorot, Y. Bengio, 2010).
  case glorotUniform = "glorot_uniform"
  /// Normal, variance 2 / (fanIn + fanOut), cut at 2 standard deviations of the uncut distribution.
  case glorotNormal = "glorot_normal"
  /// Uniform within ±√(6 / fanIn) (K. He et al., 2015).
  case heUniform = "he_uniform"
  /// Normal, variance 2 / fanIn, cut at 2 standard deviations of the uncut distribution.
  case heNormal = "he_normal"
}
