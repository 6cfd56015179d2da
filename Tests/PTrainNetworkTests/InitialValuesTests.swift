import Glibc
import PTrainCore
import PTrainKernels
import Testing

@testable import PTrainNetwork

struct InitialValuesTests {
  static let (fanIn, fanOut) = (300, 200)

  static func weights(_ initializer: Initializer, seed: UInt64 = 1) throws -> [Float] {
    let model = Sequential(inputShape: [fanIn]) {
      Dense(fanOut, weightInitializer: initializer, biasInitializer: initializer)
    }
    let network = try Network(model, loss: .meanSquaredError)
    return network.initialParameters(seed: seed).copy()
  }

  /// The variance that each asks for, and its greatest value in standard deviations.
  static func expectation(_ initializer: Initializer) -> (variance: Double, limit: Double) {
    let (glorot, he) = (2.0 / 500, 2.0 / 300)
    let (uniform, normal) = (3.0.squareRoot(), 2 / 0.8796256610342398)
    switch initializer {
    case .zeros: return (0, 0)
    case .glorotUniform: return (glorot, uniform)
    case .glorotNormal: return (glorot, normal)
    case .heUniform: return (he, uniform)
    case .heNormal: return (he, normal)
    }
  }

  @Test(arguments: [Initializer.glorotUniform, .heUniform, .glorotNormal, .heNormal])
  func valuesHaveTheirVarianceAndLimit(initializer: Initializer) throws {
    let (variance, limit) = Self.expectation(initializer)
    let values = try Self.weights(initializer).prefix(Self.fanIn * Self.fanOut).map(Double.init)
    let count = Double(values.count)
    let deviation = variance.squareRoot()
    let mean = values.reduce(0, +) / count
    let square = values.reduce(0) { $0 + $1 * $1 } / count
    // Standard errors of a mean, and of a mean square with a fourth moment below 3; 5 of each.
    #expect(mean.magnitude < 5 * deviation / count.squareRoot())
    #expect((square / variance - 1).magnitude < 5 * (2 / count).squareRoot())
    let greatest = values.reduce(0) { max($0, $1.magnitude) }
    #expect(greatest <= limit * deviation * (1 + 4 * unitRoundoff))
    #expect(greatest > 0.999 * limit * deviation)
  }

  @Test func valuesDependOnSeedAndParameterAlone() throws {
    #expect(try Self.weights(.glorotUniform) == Self.weights(.glorotUniform))
    #expect(try Self.weights(.glorotUniform) != Self.weights(.glorotUniform, seed: 2))
    let model = Sequential(inputShape: [4]) {
      Dense(4)
      Dense(4)
    }
    let (network, other) = (
      try Network(model, loss: .meanSquaredError),
      try Network(Sequential(inputShape: [4]) { Dense(4) }, loss: .meanSquaredError)
    )
    let (values, alone) = (network.initialParameters(seed: 1).copy(), other.initialParameters(seed: 1).copy())
    #expect(Array(values[0..<20]) == alone)
    #expect(values[0..<16] != values[20..<36])
    #expect(values[16..<20].allSatisfy { $0 == 0 })
  }

  /// The formula promises a relative error of about 10⁻⁷.
  @Test func quantileIsTheInverseOfTheDistribution() {
    for index in 0...1000 {
      let probability = Double(index) / 1000
      let x = TruncatedNormal.quantile(probability)
      let below = { (x: Double) in 0.5 * erfc(-x / 2.0.squareRoot()) }
      let found = (below(x) - below(-2)) / (below(2) - below(-2))
      #expect((found - probability).magnitude < 2e-7)
    }
  }
}
