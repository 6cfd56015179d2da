import Glibc

/// The standard normal distribution, cut at ±2.
enum TruncatedNormal {
  /// Its standard deviation; drawn values are divided by it to have the variance that was asked for,
  /// as Keras and TensorFlow do.
  static let standardDeviation = 0.879_625_661_034_239_78

  /// Φ(−2), the probability below the cut.
  private static let tail = 0.022_750_131_948_179_21

  /// The value below which the fraction `probability` of the cut distribution lies.
  ///
  /// - Precondition: 0 ≤ `probability` ≤ 1.
  static func quantile(_ probability: Double) -> Double {
    normalQuantile(tail + probability * (1 - 2 * tail))
  }

  /// Φ⁻¹, to about 10⁻⁷: PPND7 of M. Wichura, "Algorithm AS 241: the percentage points of the normal
  /// distribution", 1988, without the branch for the far tails.
  private static func normalQuantile(_ probability: Double) -> Double {
    let q = probability - 0.5
    if q.magnitude <= 0.425 {
      let r = 0.180625 - q * q
      return q * (((59.109374720 * r + 159.29113202) * r + 50.434271938) * r + 3.3871327179)
        / (((67.187563600 * r + 78.757757664) * r + 17.895169469) * r + 1)
    }
    let r = (-log(q < 0 ? probability : 1 - probability)).squareRoot() - 1.6
    let value =
      (((0.17023821103 * r + 1.3067284816) * r + 2.7568153900) * r + 1.4234372777)
      / ((0.12021132975 * r + 0.73700164250) * r + 1)
    return q < 0 ? -value : value
  }
}
