import Glibc
import PTrainCore

/// Cross-entropy of a softmax, from its logits, and its gradient at the logits.
///
/// The loss is formed as log Σ eˣ − x[label], never as the logarithm of a probability that may have
/// underflowed. log Σ eˣ = x[k] − log p[k] for any class k; the most probable one is taken, whose p is
/// 1 / `classes` or more, so that no exponential is computed twice. Logits that are not finite give a
/// loss that is not finite.
package enum CrossEntropyKernel {
  /// loss = Σ over rows of log Σ eˣ − x[label]; gradient = scale · (p − onehot(label))
  ///
  /// - Parameters:
  ///   - logits: x, `[rows, classes]`.
  ///   - probabilities: p, `[rows, classes]`: ``SoftmaxKernel/forward(logits:probabilities:)`` of `logits`.
  ///   - labels: `[rows]`, each in `0..<classes`.
  ///   - gradient: receives ∂loss/∂logits, `[rows, classes]`; overwritten. `nil` for the loss alone.
  package static func softmax(
    logits: MatrixView, probabilities: MatrixView, labels: UnsafePointer<Int32>, gradient: ScaledGradient?
  ) -> LossSum {
    let classes = logits.columns
    var sum = LossSum()
    // One logarithm for some rows: each p is 1 / classes or more, so that their product is far from 0.
    var product = 1.0
    for row in 0..<logits.rows {
      let (x, p) = (logits.base + row * classes, probabilities.base + row * classes)
      let label = LossRow.checked(labels[row], classes: classes)
      let best = LossRow.argmax(p, count: classes)
      sum.loss += Double(x[best]) - Double(x[label]) + LossRow.zeroIfFinite(x, count: classes)
      product *= Double(p[best])
      if row % rowsPerLogarithm == rowsPerLogarithm - 1 || row == logits.rows - 1 {
        sum.loss -= log(product)
        product = 1
      }
      sum.correct += best == label ? 1 : 0
      guard let gradient else { continue }
      let target = gradient.row(row)
      for index in 0..<classes { target[index] = p[index] * gradient.scale }
      target[label] = (p[label] - 1) * gradient.scale
    }
    return sum
  }

  /// loss = Σ over rows of Σ t · (log Σ eˣ − x); gradient = scale · (p · Σ t − t)
  ///
  /// - Parameters:
  ///   - logits: x, `[rows, classes]`.
  ///   - probabilities: p, `[rows, classes]`: ``SoftmaxKernel/forward(logits:probabilities:)`` of `logits`.
  ///   - targets: t, `[rows, classes]`; a row's label is its greatest.
  ///   - gradient: receives ∂loss/∂logits, `[rows, classes]`; overwritten. `nil` for the loss alone.
  package static func softmax(
    logits: MatrixView, probabilities: MatrixView, targets: MatrixView, gradient: ScaledGradient?
  ) -> LossSum {
    let classes = logits.columns
    var sum = LossSum()
    for row in 0..<logits.rows {
      let (x, p) = (logits.base + row * classes, probabilities.base + row * classes)
      let t = targets.base + row * classes
      let best = LossRow.argmax(p, count: classes)
      let logSum = logSum(x, p, best)
      var total: Float = 0
      for index in 0..<classes {
        sum.loss += Double(t[index]) * (logSum - Double(x[index]))
        total += t[index]
      }
      sum.correct += best == LossRow.argmax(t, count: classes) ? 1 : 0
      guard let gradient else { continue }
      let target = gradient.row(row)
      for index in 0..<classes { target[index] = (p[index] * total - t[index]) * gradient.scale }
    }
    return sum
  }

  /// (2⁻³¹)¹⁶ is more than the least `Double`, and there are no more classes.
  private static let rowsPerLogarithm = 16

  private static func logSum(
    _ logits: UnsafePointer<Float>, _ probabilities: UnsafePointer<Float>, _ index: Int
  ) -> Double {
    Double(logits[index]) - log(Double(probabilities[index]))
  }
}
