import PTrainCore
import PTrainKernels
import Testing

@testable import PTrainNetwork

struct UpdateRuleTests {
  static let optimizers = CodingTests.optimizers

  /// Parameters and state after two steps, each taken in `ranges`.
  static func run(_ optimizer: Optimizer, ranges: [Range<Int>]) throws -> (parameters: [Float], state: [Float]) {
    let rule = try UpdateRule(optimizer, parameterCount: 21)
    let parameters = FloatBuffer(numbers(21, seed: 1))
    let state = FloatBuffer(count: rule.stateCount)
    for step in 1...2 {
      let gradient = FloatBuffer(numbers(21, seed: UInt64(step) + 1))
      for range in ranges {
        rule.update(
          parameters: parameters.base, gradient: gradient.base, state: state.base, range: range, step: step)
      }
      _ = gradient.count
    }
    return (parameters.copy(), state.copy())
  }

  @Test(arguments: optimizers)
  func rangesInAnyOrderGiveTheBitsOfTheWhole(optimizer: Optimizer) throws {
    let whole = try Self.run(optimizer, ranges: [0..<21])
    let parts = try Self.run(optimizer, ranges: [13..<21, 0..<3, 3..<13, 5..<5])
    #expect(whole.parameters == parts.parameters)
    #expect(whole.state == parts.state)
    #expect(whole.parameters != numbers(21, seed: 1))
  }

  @Test(arguments: optimizers)
  func updateOfARangeLeavesTheRestAlone(optimizer: Optimizer) throws {
    let part = try Self.run(optimizer, ranges: [4..<9])
    let (before, whole) = (numbers(21, seed: 1), try Self.run(optimizer, ranges: [0..<21]))
    let expected: [Float] = (0..<21).map { (4..<9).contains($0) ? whole.parameters[$0] : before[$0] }
    #expect(part.parameters == expected)
    let state: [Float] = whole.state.indices.map { (4..<9).contains($0 % 21) ? whole.state[$0] : 0 }
    #expect(part.state == state)
  }

  @Test func stateIsNamed() throws {
    let names = try Self.optimizers.map { try UpdateRule($0, parameterCount: 5).stateNames }
    #expect(
      names == [[], ["velocity"], ["velocity"], ["first_moment", "second_moment"], ["first_moment", "second_moment"]])
    #expect(try UpdateRule(.adam(), parameterCount: 5).stateCount == 10)
  }

  @Test(arguments: [
    (Optimizer.sgd(learningRate: 0), "learning rate"), (.sgd(learningRate: -1), "learning rate"),
    (.sgd(learningRate: .nan), "learning rate"), (.adam(learningRate: .infinity), "learning rate"),
    (.sgd(momentum: .classical(1)), "momentum"), (.sgd(momentum: .nesterov(-0.1)), "momentum"),
    (.sgd(momentum: .nesterov(.nan)), "momentum"), (.adam(beta1: 1), "beta1"), (.adam(beta2: -1), "beta2"),
    (.adam(epsilon: 0), "epsilon"), (.adam(epsilon: .nan), "epsilon"),
  ])
  func numbersOutOfRangeAreRefused(optimizer: Optimizer, name: String) {
    let error = #expect(throws: ModelError.self) { try UpdateRule(optimizer, parameterCount: 5) }
    #expect(error?.diagnosis.found.hasPrefix(name) == true)
    #expect(error?.diagnosis.category == .usage)
  }
}
