import PTrainCore

/// The loss of some samples, summed (not averaged), and how many of them were classified correctly.
package struct LossSum: Equatable, Sendable {
  /// In the loss's unit; nats for cross-entropy.
  package var loss: Double
  /// Samples whose greatest output is their label's; the first of equals counts.
  package var correct: Int

  package init(loss: Double = 0, correct: Int = 0) {
    self.loss = loss
    self.correct = correct
  }

  package static func + (first: LossSum, second: LossSum) -> LossSum {
    LossSum(loss: first.loss + second.loss, correct: first.correct + second.correct)
  }
}

/// Where a loss puts its gradient, and the factor it is scaled by.
package struct ScaledGradient {
  /// `[rows, classes]`; overwritten.
  package let matrix: MatrixView
  /// 1 / (samples of the minibatch) makes the sum over the microbatches the gradient of the mean loss.
  package let scale: Float

  package init(_ matrix: MatrixView, scale: Float) {
    self.matrix = matrix
    self.scale = scale
  }

  /// The first element of row `row`.
  func row(_ row: Int) -> UnsafeMutablePointer<Float> { matrix.base + row * matrix.columns }
}

/// What the losses share.
enum LossRow {
  /// The index of the greatest of `values`, the first of equals.
  static func argmax(_ values: UnsafePointer<Float>, count: Int) -> Int {
    var (greatest, top) = (0, values[0])
    for index in 1..<max(count, 1) {
      // Selected, not branched on: which class is the greatest can't be predicted.
      let value = values[index]
      let isGreater = value > top
      top = isGreater ? value : top
      greatest = isGreater ? index : greatest
    }
    return greatest
  }

  /// 0 if all `values` are finite, else NaN: added to a loss that would hide what is not finite.
  static func zeroIfFinite(_ values: UnsafePointer<Float>, count: Int) -> Double {
    let exponent: UInt32 = 0x7F80_0000
    var greatest: UInt32 = 0
    for index in 0..<count { greatest = max(greatest, values[index].bitPattern & exponent) }
    return greatest == exponent ? .nan : 0
  }

  /// - Precondition: `label` is one of `classes`.
  static func checked(_ label: Int32, classes: Int) -> Int {
    precondition(label >= 0 && Int(label) < classes, "label \(label) of \(classes) classes")
    return Int(label)
  }
}
