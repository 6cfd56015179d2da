import PTrainCore

/// The mean squared error over a row's outputs.
package enum SquaredErrorKernel {
  /// loss = Σ over rows of mean over outputs of (y − onehot(label))²;
  /// gradient = scale · 2 (y − onehot(label)) / classes
  ///
  /// - Parameters:
  ///   - outputs: y, `[rows, classes]`.
  ///   - labels: `[rows]`, each in `0..<classes`; the targets are their one-hot rows.
  ///   - gradient: receives ∂loss/∂y, `[rows, classes]`; overwritten. `nil` for the loss alone.
  package static func oneHot(
    outputs: MatrixView, labels: UnsafePointer<Int32>, gradient: ScaledGradient?
  ) -> LossSum {
    let classes = outputs.columns
    var sum = LossSum()
    for row in 0..<outputs.rows {
      let y = outputs.base + row * classes
      let label = LossRow.checked(labels[row], classes: classes)
      sum.loss += rowLoss(y, count: classes, gradient: gradient, row: row) { $0 == label ? 1 : 0 }
      sum.correct += LossRow.argmax(y, count: classes) == label ? 1 : 0
    }
    return sum
  }

  /// loss = Σ over rows of mean over outputs of (y − t)²; gradient = scale · 2 (y − t) / classes
  ///
  /// - Parameters:
  ///   - outputs: y, `[rows, classes]`.
  ///   - targets: t, `[rows, classes]`; a row's label is its greatest.
  ///   - gradient: receives ∂loss/∂y, `[rows, classes]`; overwritten. `nil` for the loss alone.
  package static func dense(outputs: MatrixView, targets: MatrixView, gradient: ScaledGradient?) -> LossSum {
    let classes = outputs.columns
    var sum = LossSum()
    for row in 0..<outputs.rows {
      let (y, t) = (outputs.base + row * classes, targets.base + row * classes)
      sum.loss += rowLoss(y, count: classes, gradient: gradient, row: row) { t[$0] }
      sum.correct += LossRow.argmax(y, count: classes) == LossRow.argmax(t, count: classes) ? 1 : 0
    }
    return sum
  }

  @inline(__always)
  private static func rowLoss(
    _ outputs: UnsafePointer<Float>, count: Int, gradient: ScaledGradient?, row: Int, target: (Int) -> Float
  ) -> Double {
    var sum = 0.0
    for index in 0..<count {
      let error = outputs[index] - target(index)
      sum += Double(error) * Double(error)
      if let gradient { gradient.row(row)[index] = 2 * error / Float(count) * gradient.scale }
    }
    return sum / Double(count)
  }
}
