/// What no element of some rows' gradient exceeds: the greatest, over dense stages, of
/// rows · max(1, max |input|) · max |delta|.
///
/// An element of a weight's gradient is Σ delta · input over the rows, of a bias's Σ delta. Whatever the order of
/// the additions, and however many rows a product takes at once, each partial sum is at most the sum of all the
/// products' magnitudes, and so at most this. Bounds of several microbatches add up in the same way. Each
/// operation rounds by a factor of 1 + 2⁻²⁴ at most; of n rows and m microbatches a sum has gone through less than
/// n + m + 1, and with n ≤ 2²⁴ (``Job``'s largest batch) that is less than 3 in all: a total below
/// ``limit`` leaves every sum finite.
package struct GradientBound {
  /// A quarter of the greatest finite number.
  package static let limit = Double(Float.greatestFiniteMagnitude) / 4

  /// Infinite where a delta or an input is not finite.
  private(set) var value = 0.0
  private let rows: Double
  /// The greatest delta of the stage whose input is yet to be told.
  private var delta: Float?

  init(rows: Int) { self.rows = Double(rows) }

  /// A dense stage's greatest delta; its input's follows.
  mutating func open(delta: Float) { self.delta = delta }

  /// The greatest input of the stage that is open, if one is.
  mutating func close(input: () -> Float) {
    guard let delta else { return }
    self.delta = nil
    let (input, delta64) = (Double(input()), Double(delta))
    let product = rows * (input > 1 || input.isNaN ? input : 1) * delta64
    // 0 · ∞ is not a number either.
    value = max(value, product.isNaN ? .infinity : product)
  }
}
