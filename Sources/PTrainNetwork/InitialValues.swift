import PTrainCore

/// Draws a parameter's initial values: element i is a function of (seed, parameter, i) alone.
struct InitialValues {
  let initializer: Initializer
  let fanIn: Int
  let fanOut: Int
  let random: CounterRandom

  /// For `shape` `[outputs, inputs]` or `[outputs]`.
  init(_ initializer: Initializer, shape: Shape, random: CounterRandom) {
    self.initializer = initializer
    fanOut = shape.dimensions.first ?? 1
    fanIn = shape.dimensions.last ?? 1
    self.random = random
  }

  /// Overwrites `values`.
  func fill(_ values: UnsafeMutableBufferPointer<Float>) {
    switch initializer {
    case .zeros: values.update(repeating: 0)
    case .glorotUniform, .heUniform:
      let limit = Float((3 * variance).squareRoot())
      for index in values.indices { values[index] = (2 * random.uniform(index) - 1) * limit }
    case .glorotNormal, .heNormal:
      let scale = variance.squareRoot() / TruncatedNormal.standardDeviation
      for index in values.indices {
        values[index] = Float(TruncatedNormal.quantile(Double(random.uniform(index))) * scale)
      }
    }
  }

  /// 2 / (fanIn + fanOut) after Glorot, 2 / fanIn after He.
  private var variance: Double {
    switch initializer {
    case .zeros: 0
    case .glorotUniform, .glorotNormal: 2 / (Double(fanIn) + Double(fanOut))
    case .heUniform, .heNormal: 2 / Double(fanIn)
    }
  }
}
