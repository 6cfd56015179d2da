import Glibc
import PTrainCore
import PTrainKernels
import Testing

struct VectorKernelTests {
  @Test(arguments: 0...40)
  func conversionScalesAndShifts(count: Int) {
    let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 37 &+ 200) }
    let output = TestMatrix(garbage: 1, count)
    bytes.withUnsafeBufferPointer {
      ConversionKernel.convert(
        $0, scale: 1 / 255, offset: -0.5, output: UnsafeMutableBufferPointer(start: output.base, count: count))
    }
    let expected: [Float] = bytes.map { Float($0) * (1 / 255) - 0.5 }
    #expect(output.elements == expected)
    #expect(output.guardIsIntact)
  }

  @Test(arguments: 1...9, [0, 1, 2, 15, 16, 17, 31, 32, 33, 50])
  func sumAddsTheBlocksFromLeftToRight(count: Int, length: Int) {
    let stride = length + 3
    // Of very different size, so that another order of additions gives other bits.
    let (factors, exponents) = (numbers(count * stride, seed: 1), numbers(count * stride, seed: 2, limit: 12))
    let values: [Float] = zip(factors, exponents).map { $0 * exp2f($1) }
    let blocks = TestMatrix(1, count * stride, values)
    let sum = TestMatrix(garbage: 1, length)
    SumKernel.sum(blocks: blocks.base, count: count, stride: stride, range: 0..<length, into: sum.base)
    let expected: [Float] = (0..<length).map { index in
      (1..<max(count, 1)).reduce(values[index]) { sum, block in sum + values[block * stride + index] }
    }
    #expect(sum.elements == expected)
    #expect(sum.guardIsIntact)
  }

  @Test(arguments: [0..<0, 0..<7, 3..<40, 16..<48, 49..<50])
  func sumOfARangeLeavesTheRestAlone(range: Range<Int>) {
    let blocks = TestMatrix(1, 150, numbers(150, seed: 3))
    let sum = TestMatrix(1, 50, [Float](repeating: 9, count: 50))
    SumKernel.sum(blocks: blocks.base, count: 3, stride: 50, range: range, into: sum.base)
    let e = blocks.elements
    let expected: [Float] = (0..<50).map { range.contains($0) ? e[$0] + e[50 + $0] + e[100 + $0] : 9 }
    #expect(sum.elements == expected)
    SumKernel.sum(blocks: blocks.base, count: 3, stride: 50, range: range, into: blocks.base)
    #expect(Array(blocks.elements[range]) == Array(sum.elements[range]))
  }

  /// Each update is a handful of operations on numbers up to 1; Adam's quotient is up to 10 in its
  /// first steps, times the learning rate 0.1.
  static let tolerance = 20 * unitRoundoff

  @Test(arguments: [0, 1, 2, 3, 4, 5, 7, 8, 9, 13])
  func sgdAndItsMomentaFollowTheFormulas(count: Int) {
    let (w, g, v) = (numbers(count, seed: 4), numbers(count, seed: 5), numbers(count, seed: 6))
    let make = { (TestMatrix(1, count, w), TestMatrix(1, count, g), TestMatrix(1, count, v)) }
    let plain = make()
    UpdateKernel.sgd(parameters: plain.0.base, gradient: plain.1.base, count: count, learningRate: 0.1)
    let classical = make()
    UpdateKernel.momentum(
      parameters: classical.0.base, gradient: classical.1.base, velocity: classical.2.base, count: count,
      learningRate: 0.1, momentum: 0.9)
    let nesterov = make()
    UpdateKernel.nesterov(
      parameters: nesterov.0.base, gradient: nesterov.1.base, velocity: nesterov.2.base, count: count,
      learningRate: 0.1, momentum: 0.9)
    let index = 0..<count
    let (w64, push) = (w.map(Double.init), g.map { 0.1 * Double($0) })
    let next: [Double] = index.map { 0.9 * Double(v[$0]) - push[$0] }
    let plainNext: [Double] = index.map { w64[$0] - push[$0] }
    let classicalNext: [Double] = index.map { w64[$0] + next[$0] }
    let nesterovNext: [Double] = index.map { w64[$0] + 0.9 * next[$0] - push[$0] }
    #expect(distance(plain.0.elements, plainNext) <= Self.tolerance)
    #expect(distance(classical.2.elements, next) <= Self.tolerance)
    #expect(distance(classical.0.elements, classicalNext) <= Self.tolerance)
    #expect(distance(nesterov.2.elements, next) <= Self.tolerance)
    #expect(distance(nesterov.0.elements, nesterovNext) <= Self.tolerance)
    #expect(plain.0.guardIsIntact && classical.0.guardIsIntact && nesterov.0.guardIsIntact)
  }

  @Test(arguments: [0, 1, 2, 3, 4, 5, 7, 8, 9, 13], [1, 2, 1000])
  func adamFollowsItsFormula(count: Int, step: Int) {
    let (w, g, m) = (numbers(count, seed: 7), numbers(count, seed: 8), numbers(count, seed: 9))
    let v = numbers(count, seed: 10).map(\.magnitude)
    let (parameters, first) = (TestMatrix(1, count, w), TestMatrix(1, count, m))
    let (gradient, second) = (TestMatrix(1, count, g), TestMatrix(1, count, v))
    AdamKernel(learningRate: 0.01, beta1: 0.9, beta2: 0.999, epsilon: 1e-7, step: step).update(
      parameters: parameters.base, gradient: gradient.base, firstMoment: first.base, secondMoment: second.base,
      count: count)
    let stepSize = 0.01 * (1 - pow(0.999, Double(step))).squareRoot() / (1 - pow(0.9, Double(step)))
    let index = 0..<count
    let (w64, g64) = (w.map(Double.init), g.map(Double.init))
    let m1: [Double] = index.map { Double(m[$0]) * 0.9 + g64[$0] * 0.1 }
    let v1: [Double] = index.map { Double(v[$0]) * 0.999 + g64[$0] * g64[$0] * 0.001 }
    #expect(distance(first.elements, m1) <= Self.tolerance)
    #expect(distance(second.elements, v1) <= Self.tolerance)
    let expected: [Double] = index.map { w64[$0] - m1[$0] * stepSize / (v1[$0].squareRoot() + 1e-7) }
    #expect(distance(parameters.elements, expected) <= Self.tolerance)
    #expect(parameters.guardIsIntact && first.guardIsIntact && second.guardIsIntact)
  }

  /// Where an element lies must not matter, or cutting the vector into other ranges changed the bits.
  @Test func adamGivesTheSameBitsInAndOutsideOfItsLanes() {
    func run(cuts: [Int]) -> [Float] {
      let (w, g) = (TestMatrix(1, 23, numbers(23, seed: 11)), TestMatrix(1, 23, numbers(23, seed: 12)))
      let (m, v) = (TestMatrix(1, 23, numbers(23, seed: 13)), TestMatrix(1, 23, numbers(23, seed: 14).map(\.magnitude)))
      let kernel = AdamKernel(learningRate: 0.01, beta1: 0.9, beta2: 0.999, epsilon: 1e-7, step: 3)
      for (start, end) in zip([0] + cuts, cuts + [23]) {
        kernel.update(
          parameters: w.base + start, gradient: g.base + start, firstMoment: m.base + start,
          secondMoment: v.base + start, count: end - start)
      }
      return w.elements + m.elements + v.elements
    }
    #expect(run(cuts: []) == run(cuts: [1, 2, 6, 13]))
  }
}
