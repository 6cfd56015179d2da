import Glibc
import PTrainCore
import PTrainKernels
import Testing

struct LossKernelTests {
  /// Every loss: its kernel on outputs (or logits), and its formula for one row.
  struct LossCase: Sendable, CustomTestStringConvertible {
    let testDescription: String
    /// Outputs are probabilities, so between 0 and 1.
    let takesProbabilities: Bool
    let kernel: @Sendable (TestMatrix, [Int32], ScaledGradient?) -> LossSum
    let plain: @Sendable ([Double], Int) -> Double
  }

  static let cases = [
    LossCase(
      testDescription: "softmax, labels", takesProbabilities: false,
      kernel: { x, labels, gradient in
        CrossEntropyKernel.softmax(
          logits: x.view, probabilities: softmax(x).view, labels: labels, gradient: gradient)
      }, plain: { -log(plainSoftmax($0)[$1]) }),
    LossCase(
      testDescription: "softmax, targets", takesProbabilities: false,
      kernel: { x, labels, gradient in
        CrossEntropyKernel.softmax(
          logits: x.view, probabilities: softmax(x).view, targets: oneHot(labels, classes: x.columns).view,
          gradient: gradient)
      }, plain: { -log(plainSoftmax($0)[$1]) }),
    LossCase(
      testDescription: "clipped, sparse", takesProbabilities: true,
      kernel: { ClippedCrossEntropyKernel.sparse(outputs: $0.view, labels: $1, gradient: $2) },
      plain: { y, label in
        let clipped = y.map { min(max($0, 1e-7), Double(Float(1 - 1e-7))) }
        return log(clipped.reduce(0, +)) - log(clipped[label])
      }),
    LossCase(
      testDescription: "clipped, categorical", takesProbabilities: true,
      kernel: { ClippedCrossEntropyKernel.categorical(outputs: $0.view, labels: $1, gradient: $2) },
      plain: { y, label in -log(min(max(y[label] / y.reduce(0, +), 1e-7), Double(Float(1 - 1e-7)))) }),
    LossCase(
      testDescription: "squared, labels", takesProbabilities: false,
      kernel: { SquaredErrorKernel.oneHot(outputs: $0.view, labels: $1, gradient: $2) }, plain: squared),
    LossCase(
      testDescription: "squared, targets", takesProbabilities: false,
      kernel: { y, labels, gradient in
        SquaredErrorKernel.dense(
          outputs: y.view, targets: oneHot(labels, classes: y.columns).view, gradient: gradient)
      }, plain: squared),
  ]

  @Sendable static func squared(_ y: [Double], _ label: Int) -> Double {
    let errors = y.indices.map { y[$0] - ($0 == label ? 1 : 0) }
    return errors.map { $0 * $0 }.reduce(0, +) / Double(y.count)
  }

  static func softmax(_ logits: TestMatrix) -> TestMatrix {
    let probabilities = TestMatrix(garbage: logits.rows, logits.columns)
    SoftmaxKernel.forward(logits: logits.view, probabilities: probabilities.view)
    return probabilities
  }

  static func oneHot(_ labels: [Int32], classes: Int) -> TestMatrix {
    TestMatrix(labels.count, classes, labels.flatMap { label in (0..<classes).map { $0 == Int(label) ? 1 : 0 } })
  }

  /// A few roundings for each of up to 10 classes, on losses up to about 6; of gradients: on slopes of
  /// up to 1 / 0.05 where a probability is divided by.
  static let lossTolerance = 10 * 6 * unitRoundoff
  static let gradientTolerance = 4 * 20 * unitRoundoff

  static func sample(_ lossCase: LossCase, _ rowCount: Int, _ classes: Int) -> (TestMatrix, [Int32]) {
    var values = numbers(rowCount * classes, seed: UInt64(rowCount), limit: lossCase.takesProbabilities ? 0.45 : 2)
    if lossCase.takesProbabilities { values = values.map { $0 + 0.5 } }
    return (TestMatrix(rowCount, classes, values), (0..<rowCount).map { Int32(($0 * 3 + 1) % classes) })
  }

  @Test(arguments: cases, [(0, 3), (1, 1), (1, 2), (2, 3), (3, 7), (5, 10)])
  func sumAndCountEqualThePlainFormula(lossCase: LossCase, size: (Int, Int)) {
    let (outputs, labels) = Self.sample(lossCase, size.0, size.1)
    let sum = lossCase.kernel(outputs, labels, nil)
    let table = rows(outputs)
    let expected = zip(table, labels).map { lossCase.plain($0, Int($1)) }.reduce(0, +)
    let correct = zip(table, labels).count { $0.firstIndex(of: $0.max() ?? 0) == Int($1) }
    #expect((sum.loss - expected).magnitude <= Self.lossTolerance * Double(max(size.0, 1)))
    #expect(sum.correct == correct)
  }

  @Test(arguments: cases, [(1, 1), (1, 2), (2, 3), (3, 7), (5, 10)])
  func gradientIsTheScaledSlope(lossCase: LossCase, size: (Int, Int)) {
    let (outputs, labels) = Self.sample(lossCase, size.0, size.1)
    let gradient = TestMatrix(garbage: size.0, size.1)
    let scale: Float = 0.25
    let sum = lossCase.kernel(outputs, labels, ScaledGradient(gradient.view, scale: scale))
    let expected = zip(rows(outputs), labels).flatMap { row, label in
      row.indices.map { 0.25 * slope({ lossCase.plain($0, Int(label)) }, at: row, $0) }
    }
    #expect(distance(gradient.elements, expected) <= Self.gradientTolerance)
    #expect(gradient.guardIsIntact)
    #expect(sum == lossCase.kernel(outputs, labels, nil))
  }

  @Test(arguments: cases, [Float.nan, .infinity, -.infinity])
  func outputsThatAreNotFiniteGiveALossThatIsNotFinite(lossCase: LossCase, value: Float) {
    for place in 0..<3 {
      var values: [Float] = [0.2, 0.3, 0.5]
      values[place] = value
      let sum = lossCase.kernel(TestMatrix(1, 3, values), [1], nil)
      #expect(!sum.loss.isFinite)
    }
  }

  @Test(arguments: cases)
  func firstOfEqualOutputsCounts(lossCase: LossCase) {
    let outputs = TestMatrix(2, 3, [0.2, 0.4, 0.4, 0.4, 0.4, 0.2])
    #expect(lossCase.kernel(outputs, [1, 0], nil).correct == 2)
    #expect(lossCase.kernel(outputs, [2, 1], nil).correct == 0)
  }

  @Test func probabilityThatUnderflowsStillHasItsLossAndGradient() {
    let (logits, gradient) = (TestMatrix(1, 2, [300, -300]), TestMatrix(garbage: 1, 2))
    let sum = CrossEntropyKernel.softmax(
      logits: logits.view, probabilities: Self.softmax(logits).view, labels: [1],
      gradient: ScaledGradient(gradient.view, scale: 1))
    #expect(sum.loss == 600)
    #expect(gradient.elements == [1, -1])
  }

  @Test func targetsNeedNotBeOneHot() {
    let targets: [Float] = [0.5, 0.25, 0.25, 0.1, 0.2, 0.3]
    let (x, t) = (TestMatrix(2, 3, numbers(6, seed: 4)), TestMatrix(2, 3, targets))
    let gradient = TestMatrix(garbage: 2, 3)
    let sum = CrossEntropyKernel.softmax(
      logits: x.view, probabilities: Self.softmax(x).view, targets: t.view,
      gradient: ScaledGradient(gradient.view, scale: 1))
    let plain = { (row: [Double], target: [Double]) in
      zip(plainSoftmax(row), target).map { -$1 * log($0) }.reduce(0, +)
    }
    let (logitRows, targetRows) = (rows(x), rows(t))
    #expect((sum.loss - zip(logitRows, targetRows).map(plain).reduce(0, +)).magnitude <= Self.lossTolerance)
    let slopes = zip(logitRows, targetRows).flatMap { row, target in
      row.indices.map { slope({ plain($0, target) }, at: row, $0) }
    }
    #expect(distance(gradient.elements, slopes) <= Self.gradientTolerance)
  }

  @Test func clippedProbabilitiesPassNoGradient() {
    let (outputs, gradient) = (TestMatrix(1, 3, [0, 0.5, 1]), TestMatrix(garbage: 1, 3))
    let target = ScaledGradient(gradient.view, scale: 1)
    let sparse = ClippedCrossEntropyKernel.sparse(outputs: outputs.view, labels: [0], gradient: target)
    #expect((sparse.loss - log(1.5 / 1e-7)).magnitude <= 20 * unitRoundoff)
    #expect(gradient.elements[0] == 0 && gradient.elements[1] > 0 && gradient.elements[2] == 0)
    let categorical = ClippedCrossEntropyKernel.categorical(outputs: outputs.view, labels: [0], gradient: target)
    #expect((categorical.loss + log(Double(Float(1e-7)))).magnitude <= 20 * unitRoundoff)
    #expect(gradient.elements == [0, 0, 0])
  }
}
