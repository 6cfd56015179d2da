import Glibc
import PTrainCore
import PTrainKernels
import Testing

/// Softmax of a row, in `Double`.
func plainSoftmax(_ logits: [Double]) -> [Double] {
  let greatest = logits.max() ?? 0
  let exponentials = logits.map { exp($0 - greatest) }
  let sum = exponentials.reduce(0, +)
  return exponentials.map { $0 / sum }
}

/// The rows of `matrix`, as `Double`.
func rows(_ matrix: TestMatrix) -> [[Double]] {
  (0..<matrix.rows).map { row in (0..<matrix.columns).map { Double(matrix.view[row, $0]) } }
}

struct SoftmaxKernelTests {
  /// Up to 11 terms below 1 are summed, each from a difference of numbers up to 10 (rounded: 10 units
  /// of error in the exponent) and an exponential.
  static let tolerance = 40 * unitRoundoff

  @Test(arguments: 0...4, [1, 2, 3, 7, 10, 11])
  func forwardEqualsThePlainFormula(rowCount: Int, classes: Int) {
    let logits = TestMatrix(rowCount, classes, numbers(rowCount * classes, seed: 1, limit: 5))
    let expected = rows(logits).flatMap(plainSoftmax)
    let probabilities = TestMatrix(garbage: rowCount, classes)
    SoftmaxKernel.forward(logits: logits.view, probabilities: probabilities.view)
    #expect(distance(probabilities.elements, expected) <= Self.tolerance)
    SoftmaxKernel.forward(logits: logits.view, probabilities: logits.view)
    #expect(logits.elements == probabilities.elements)
    #expect(probabilities.guardIsIntact)
  }

  @Test(arguments: 1...4, [1, 2, 3, 10])
  func backwardIsTheJacobianTimesDelta(rowCount: Int, classes: Int) {
    let logits = TestMatrix(rowCount, classes, numbers(rowCount * classes, seed: 2, limit: 3))
    let deltas = TestMatrix(rowCount, classes, numbers(rowCount * classes, seed: 3))
    let expected = zip(rows(logits), rows(deltas)).flatMap { x, dy in
      x.indices.map { index in
        slope({ zip(plainSoftmax($0), dy).map { $0 * $1 }.reduce(0, +) }, at: x, index)
      }
    }
    let output = TestMatrix(garbage: rowCount, classes)
    let inputDelta = TestMatrix(garbage: rowCount, classes)
    SoftmaxKernel.forward(logits: logits.view, probabilities: output.view)
    SoftmaxKernel.backward(output: output.view, outputDelta: deltas.view, inputDelta: inputDelta.view)
    #expect(distance(inputDelta.elements, expected) <= Self.tolerance)
    SoftmaxKernel.backward(output: output.view, outputDelta: deltas.view, inputDelta: deltas.view)
    #expect(deltas.elements == inputDelta.elements)
  }

  @Test func hugeLogitsDoNotOverflow() {
    let logits = TestMatrix(1, 3, [3e38, 3e38, -3e38])
    SoftmaxKernel.forward(logits: logits.view, probabilities: logits.view)
    #expect(logits.elements == [0.5, 0.5, 0])
  }
}
