import PTrainCore

/// 2⁻²⁴: the greatest relative error of one `Float` operation.
let unitRoundoff = 0x1p-24

/// `count` numbers within ±`limit`, different for each `seed`.
func numbers(_ count: Int, seed: UInt64, limit: Float = 1) -> [Float] {
  let random = CounterRandom(seed: seed, stream: .packing)
  return (0..<count).map { (2 * random.uniform($0) - 1) * limit }
}

/// A matrix of its own, `[rows, columns]`, in a block that is longer by a guard element.
///
/// The block is never freed, so that the view of a matrix that nobody holds any more stays valid.
struct TestMatrix {
  private static let guardValue: Float = 12_345
  let base: UnsafeMutablePointer<Float>
  let rows: Int
  let columns: Int

  init(_ rows: Int, _ columns: Int, _ elements: [Float]) {
    precondition(elements.count == rows * columns)
    base = .allocate(capacity: elements.count + 1)
    for (index, element) in (elements + [Self.guardValue]).enumerated() { base[index] = element }
    self.rows = rows
    self.columns = columns
  }

  /// With content that a kernel must overwrite.
  init(garbage rows: Int, _ columns: Int) {
    self.init(rows, columns, [Float](repeating: .nan, count: rows * columns))
  }

  var view: MatrixView { MatrixView(base: base, rows: rows, columns: columns) }
  var elements: [Float] { Array(view.elements) }
  var guardIsIntact: Bool { base[rows * columns] == Self.guardValue }
}

/// The greatest distance between corresponding elements; infinite if the counts differ or one is NaN.
func distance(_ first: [Float], _ second: [Double]) -> Double {
  guard first.count == second.count else { return .infinity }
  return zip(first, second).reduce(0) { greatest, pair in
    let distance = (Double(pair.0) - pair.1).magnitude
    return distance.isNaN ? .infinity : max(greatest, distance)
  }
}

/// The slope of `function` along element `index`, by central differences.
///
/// With the step 10⁻⁵ and third derivatives and values of order 1: truncation below 10⁻¹⁰, rounding
/// below 10⁻¹⁰.
func slope(_ function: ([Double]) -> Double, at point: [Double], _ index: Int) -> Double {
  var (below, above) = (point, point)
  below[index] -= 1e-5
  above[index] += 1e-5
  return (function(above) - function(below)) / 2e-5
}
