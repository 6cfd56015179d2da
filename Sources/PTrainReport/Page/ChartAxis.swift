import Glibc

/// An axis of a chart: a range of values with round numbers in it, laid over a range of coordinates.
struct ChartAxis {
  let ticks: [Double]
  /// Decimals that tell the ticks apart.
  let digits: Int
  private let values: ClosedRange<Double>
  private let start: Double
  private let length: Double

  /// - Parameters:
  ///   - values: what must be inside, finite; the axis ends at round numbers.
  ///   - isWhole: ticks are whole numbers only, and the axis ends where the values do.
  init(_ values: ClosedRange<Double>, from start: Double, to end: Double, tickCount: Int = 5, isWhole: Bool = false) {
    let sound = Self.sound(values)
    var step = Self.roundStep((sound.upperBound - sound.lowerBound) / Double(tickCount))
    if isWhole { step = max(1, step) }
    let first = isWhole ? (sound.lowerBound / step).rounded(.up) : (sound.lowerBound / step).rounded(.down)
    let last = isWhole ? (sound.upperBound / step).rounded(.down) : (sound.upperBound / step).rounded(.up)
    let count = Int(max(0, min(100, last - first)))
    ticks = (0...count).map { (first + Double($0)) * step }
    digits = max(0, min(9, Int((-log10(step)).rounded(.up))))
    self.values = isWhole ? sound : (first * step)...(last * step)
    self.start = start
    length = end - start
  }

  /// `values`, within what differences can be taken of, and widened where numbers can't resolve them.
  private static func sound(_ values: ClosedRange<Double>) -> ClosedRange<Double> {
    let range = values.clamped(to: -1e300...1e300)
    let least = max(abs(range.lowerBound), abs(range.upperBound)) * 1e-6
    guard range.upperBound - range.lowerBound <= max(least, 1e-9) else { return range }
    return (range.lowerBound - max(0.5, least))...(range.upperBound + max(0.5, least))
  }

  /// Where `value` lies.
  func place(_ value: Double) -> Double {
    start + (value - values.lowerBound) / (values.upperBound - values.lowerBound) * length
  }

  /// The smallest of 1, 2 and 5 times a power of ten that is not below `step`.
  static func roundStep(_ step: Double) -> Double {
    let power = pow(10, log10(step).rounded(.down))
    return ([1, 2, 5].first { $0 * power >= step * 0.999_999 } ?? 10) * power
  }
}
