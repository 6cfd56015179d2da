import Glibc
import PTrainCore

/// Cross-entropy of outputs that are taken for probabilities, as Keras forms it for a model that does
/// not end in a softmax; `clip` limits to ε…1 − ε with Keras's ε = 10⁻⁷, and passes no gradient outside.
///
/// Keras's two losses differ here: the sparse one clips and then makes the row sum to 1, the other one
/// makes the row sum to 1 and then clips. (For a model that ends in a softmax, Keras goes back to its
/// logits, as ``CrossEntropyKernel`` does. It also remembers the logits of a final sigmoid and takes
/// their softmax, against its documentation; that is not followed here.)
/// Outputs that are not finite give a loss that is not finite.
package enum ClippedCrossEntropyKernel {
  private static let least: Float = 1e-7
  private static let greatest: Float = 1 - 1e-7

  /// loss = Σ over rows of log Σ clip(y) − log clip(y[label])
  ///
  /// - Parameters:
  ///   - outputs: y, `[rows, classes]`.
  ///   - labels: `[rows]`, each in `0..<classes`.
  ///   - gradient: receives ∂loss/∂y, `[rows, classes]`; overwritten. `nil` for the loss alone.
  package static func sparse(
    outputs: MatrixView, labels: UnsafePointer<Int32>, gradient: ScaledGradient?
  ) -> LossSum {
    let classes = outputs.columns
    var sum = LossSum()
    for row in 0..<outputs.rows {
      let y = outputs.base + row * classes
      let label = LossRow.checked(labels[row], classes: classes)
      var total: Float = 0
      for index in 0..<classes { total += clip(y[index]) }
      sum.loss +=
        log(Double(total)) - log(Double(clip(y[label]))) + LossRow.zeroIfFinite(y, count: classes)
      sum.correct += LossRow.argmax(y, count: classes) == label ? 1 : 0
      guard let gradient else { continue }
      let target = gradient.row(row)
      for index in 0..<classes {
        let slope = 1 / total - (index == label ? 1 / y[index] : 0)
        target[index] = isClipped(y[index]) ? 0 : slope * gradient.scale
      }
    }
    return sum
  }

  /// loss = Σ over rows of −log clip(y[label] / Σ y)
  ///
  /// - Parameters:
  ///   - outputs: y, `[rows, classes]`.
  ///   - labels: `[rows]`, each in `0..<classes`; the targets are their one-hot rows.
  ///   - gradient: receives ∂loss/∂y, `[rows, classes]`; overwritten. `nil` for the loss alone.
  package static func categorical(
    outputs: MatrixView, labels: UnsafePointer<Int32>, gradient: ScaledGradient?
  ) -> LossSum {
    let classes = outputs.columns
    var sum = LossSum()
    for row in 0..<outputs.rows {
      let y = outputs.base + row * classes
      let label = LossRow.checked(labels[row], classes: classes)
      var total: Float = 0
      for index in 0..<classes { total += y[index] }
      let share = y[label] / total
      sum.loss += LossRow.zeroIfFinite(y, count: classes) - log(Double(clip(share)))
      sum.correct += LossRow.argmax(y, count: classes) == label ? 1 : 0
      guard let gradient else { continue }
      let target = gradient.row(row)
      for index in 0..<classes {
        let slope = 1 / total - (index == label ? 1 / y[index] : 0)
        target[index] = isClipped(share) ? 0 : slope * gradient.scale
      }
    }
    return sum
  }

  private static func clip(_ value: Float) -> Float {
    value < least ? least : (value > greatest ? greatest : value)
  }

  private static func isClipped(_ value: Float) -> Bool { value < least || value > greatest }
}
