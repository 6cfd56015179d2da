import Glibc
import PTrainCore

/// The softmax over each row.
package enum SoftmaxKernel {
  /// y = eˣ / Σ eˣ over each row, with the row's greatest x taken off first so that nothing overflows
  ///
  /// A row that holds NaN or +∞ comes out as NaN.
  ///
  /// - Parameters:
  ///   - logits: x, `[rows, classes]`.
  ///   - probabilities: y, `[rows, classes]`; overwritten. May be `logits`.
  package static func forward(logits: MatrixView, probabilities: MatrixView) {
    precondition(logits.rows == probabilities.rows && logits.columns == probabilities.columns)
    for row in 0..<logits.rows {
      let offset = row * logits.columns
      forwardRow(UnsafePointer(logits.base + offset), probabilities.base + offset, classes: logits.columns)
    }
  }

  private static func forwardRow(
    _ logits: UnsafePointer<Float>, _ probabilities: UnsafeMutablePointer<Float>, classes: Int
  ) {
    var greatest = -Float.infinity
    for index in 0..<classes where logits[index] > greatest { greatest = logits[index] }
    var sum: Float = 0
    for index in 0..<classes {
      let exponential = expf(logits[index] - greatest)
      probabilities[index] = exponential
      sum += exponential
    }
    let scale = 1 / sum
    for index in 0..<classes { probabilities[index] *= scale }
  }

  /// dx = y ⊙ (dy − Σ dy ⊙ y), the product with the full Jacobian of each row
  ///
  /// - Parameters:
  ///   - output: y, `[rows, classes]`, the softmax.
  ///   - outputDelta: dy, `[rows, classes]`.
  ///   - inputDelta: dx, `[rows, classes]`; overwritten. May be `outputDelta`.
  package static func backward(output: MatrixView, outputDelta: MatrixView, inputDelta: MatrixView) {
    precondition(output.count == outputDelta.count && output.count == inputDelta.count)
    for row in 0..<output.rows {
      let offset = row * output.columns
      let (y, dy, dx) = (output.base + offset, outputDelta.base + offset, inputDelta.base + offset)
      var dot: Float = 0
      for index in 0..<output.columns { dot += dy[index] * y[index] }
      for index in 0..<output.columns { dx[index] = y[index] * (dy[index] - dot) }
    }
  }
}
