import Glibc
import PTrainCore
import PTrainKernels
import Testing

struct ActivationKernelTests {
  struct Function: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let kernel: @Sendable (UnsafePointer<Float>, UnsafeMutablePointer<Float>, Int) -> Void
    /// (input, output, delta, count)
    let backward: @Sendable (UnsafePointer<Float>, UnsafePointer<Float>, UnsafeMutablePointer<Float>, Int) -> Void
    let plain: @Sendable (Double) -> Double
    /// What the gradient is the slope of, if not of `plain`.
    let trained: @Sendable (Double) -> Double
  }

  static let functions = [
    Function(
      testDescription: "relu", kernel: { ActivationKernel.relu($0, output: $1, count: $2) },
      backward: { ActivationKernel.reluBackward(output: $1, delta: $2, count: $3) },
      plain: { max($0, 0) }, trained: { max($0, 0) }),
    Function(
      testDescription: "step", kernel: { ActivationKernel.step($0, output: $1, count: $2) },
      backward: { input, _, delta, count in ActivationKernel.stepBackward(input: input, delta: delta, count: count) },
      plain: { $0 > 0 ? 1 : 0 }, trained: { min(max($0, -1), 1) }),
    Function(
      testDescription: "sigmoid", kernel: { ActivationKernel.sigmoid($0, output: $1, count: $2) },
      backward: { ActivationKernel.sigmoidBackward(output: $1, delta: $2, count: $3) },
      plain: { 1 / (1 + exp(-$0)) }, trained: { 1 / (1 + exp(-$0)) }),
    Function(
      testDescription: "tanh", kernel: { ActivationKernel.tanh($0, output: $1, count: $2) },
      backward: { ActivationKernel.tanhBackward(output: $1, delta: $2, count: $3) },
      plain: { Glibc.tanh($0) }, trained: { Glibc.tanh($0) }),
  ]

  /// e^x and tanh of the C library are off by less than 2 roundings, and at most 4 operations follow,
  /// on numbers up to 3.
  static let tolerance = 3 * 6 * unitRoundoff

  @Test(arguments: functions, 0...19)
  func forwardEqualsThePlainFunction(function: Function, count: Int) {
    let input = TestMatrix(1, count, numbers(count, seed: 1, limit: 3))
    let output = TestMatrix(garbage: 1, count)
    function.kernel(input.base, output.base, count)
    #expect(distance(output.elements, input.elements.map { function.plain(Double($0)) }) <= Self.tolerance)
    #expect(output.guardIsIntact)
    function.kernel(input.base, input.base, count)
    #expect(input.elements == output.elements)
  }

  @Test(arguments: functions, 0...19)
  func backwardIsTheSlopeTimesDelta(function: Function, count: Int) {
    let input = TestMatrix(1, count, numbers(count, seed: 2, limit: 3))
    let (output, delta) = (TestMatrix(garbage: 1, count), TestMatrix(1, count, numbers(count, seed: 3)))
    let expected = zip(input.elements, delta.elements).map { x, dy in
      Double(dy) * slope({ function.trained($0[0]) }, at: [Double(x)], 0)
    }
    function.kernel(input.base, output.base, count)
    function.backward(input.base, output.base, delta.base, count)
    #expect(distance(delta.elements, expected) <= Self.tolerance)
    #expect(delta.guardIsIntact)
  }

  @Test(arguments: functions)
  func nanStaysNaN(function: Function) {
    let values = TestMatrix(1, 5, [Float](repeating: .nan, count: 5))
    function.kernel(values.base, values.base, 5)
    let allNaN = values.elements.allSatisfy(\.isNaN)
    #expect(allNaN)
  }

  @Test func sigmoidIsExactAtTheEnds() {
    let values = TestMatrix(1, 4, [-200, -80, 200, 0])
    ActivationKernel.sigmoid(values.base, output: values.base, count: 4)
    let small = exp(-80.0)
    #expect(values.elements[0] == 0 && values.elements[2] == 1 && values.elements[3] == 0.5)
    // e⁻⁸⁰ itself is off by one rounding of its value, and so is the quotient.
    #expect((Double(values.elements[1]) - small).magnitude <= 4 * unitRoundoff * small)
  }

  @Test func stepTurnsOnAboveZeroAndPassesGradientsWithinOne() {
    let edges: [Float] = [-1.5, -1, 0, 0x1p-149, 1, 1.5]
    let (input, output) = (TestMatrix(1, 6, edges), TestMatrix(garbage: 1, 6))
    let delta = TestMatrix(1, 6, [2, 2, 2, 2, 2, 2])
    ActivationKernel.step(input.base, output: output.base, count: 6)
    ActivationKernel.stepBackward(input: input.base, delta: delta.base, count: 6)
    #expect(output.elements == [0, 0, 0, 1, 1, 1])
    #expect(delta.elements == [0, 2, 2, 2, 2, 0])
  }
}
