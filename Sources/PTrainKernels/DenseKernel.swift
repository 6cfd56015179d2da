import PTrainCore

/// The fully connected layer z = x · Wᵀ + b and its gradients.
///
/// W is stored `[outputs, inputs]`: for the few rows of a microbatch the products are up to twice as
/// fast as with its transpose.
package enum DenseKernel {
  /// z = x · Wᵀ + b
  ///
  /// - Parameters:
  ///   - input: x, `[rows, inputs]`.
  ///   - weight: W, `[outputs, inputs]`; read.
  ///   - bias: b, `[outputs]`; `nil` for none.
  ///   - output: z, `[rows, outputs]`; overwritten.
  package static func forward(
    _ blas: BLAS, input: MatrixView, weight: MatrixView, bias: UnsafePointer<Float>?, output: MatrixView
  ) {
    precondition(input.columns == weight.columns && output.columns == weight.rows && input.rows == output.rows)
    guard output.rows > 0 else { return }
    if let bias { repeatRow(bias, output: output) }
    let step = rowsAtOnce(inputs: input.columns, outputs: output.columns) ?? output.rows
    for first in stride(from: 0, to: output.rows, by: step) {
      let rows = first..<min(first + step, output.rows)
      blas.multiply(
        rows: rows.count, columns: output.columns, depth: input.columns, BLASOperand(input.rows(rows)),
        BLASOperand(weight, transposed: true), beta: bias == nil ? 0 : 1, into: output.rows(rows).base,
        stride: output.columns)
    }
  }

  /// How many rows of a narrow layer to multiply at once; `nil` for a wider layer: all.
  ///
  /// OpenBLAS has kernels for small products that don't pack their factors; 60 rows of 784 × 20 take 13 µs
  /// with them, 64 rows 74 µs without. They take up to 10⁶ multiplications and 1,200 results
  /// (`sgemm_small_kernel_permit_skylakex.c`). The rule reads the layer alone, so it is part of the job.
  static func rowsAtOnce(inputs: Int, outputs: Int) -> Int? {
    guard outputs <= 64, inputs >= 32 else { return nil }
    let rows = min(1200 / outputs, 1_000_000 / (inputs * outputs))
    return rows >= 8 ? rows : nil
  }

  /// dx = dz · W
  ///
  /// - Parameters:
  ///   - delta: dz, `[rows, outputs]`.
  ///   - weight: W, `[outputs, inputs]`; read.
  ///   - inputDelta: dx, `[rows, inputs]`; overwritten.
  package static func inputGradient(_ blas: BLAS, delta: MatrixView, weight: MatrixView, inputDelta: MatrixView) {
    precondition(delta.columns == weight.rows && inputDelta.columns == weight.columns && delta.rows == inputDelta.rows)
    guard delta.rows > 0 else { return }
    blas.multiply(
      rows: delta.rows, columns: inputDelta.columns, depth: delta.columns, BLASOperand(delta), BLASOperand(weight),
      beta: 0, into: inputDelta.base, stride: inputDelta.columns)
  }

  /// W ← W − learningRate · dzᵀ · x, for some of the outputs: gradient and update in one product.
  ///
  /// - Parameters:
  ///   - delta: dz, `[rows, outputs]`.
  ///   - input: x, `[rows, inputs]`.
  ///   - outputs: the rows of W to update.
  ///   - weight: the first element of the whole W, `[outputs, inputs]`; rows `outputs` are updated.
  package static func descend(
    _ blas: BLAS, delta: MatrixView, input: MatrixView, outputs: Range<Int>, learningRate: Float,
    weight: UnsafeMutablePointer<Float>
  ) {
    precondition(delta.rows == input.rows && outputs.lowerBound >= 0 && outputs.upperBound <= delta.columns)
    guard !outputs.isEmpty, delta.rows > 0 else { return }
    let columns = BLASOperand(base: delta.base + outputs.lowerBound, stride: delta.columns, transposed: true)
    blas.multiply(
      rows: outputs.count, columns: input.columns, depth: delta.rows, columns, BLASOperand(input),
      alpha: -learningRate, beta: 1, into: weight + outputs.lowerBound * input.columns, stride: input.columns)
  }

  /// b ← b − learningRate · (the sums of dz's columns), row after row, for some of the outputs.
  ///
  /// - Parameter bias: the first element of the whole b, `[outputs]`; elements `outputs` are updated.
  package static func descend(
    delta: MatrixView, outputs: Range<Int>, learningRate: Float, bias: UnsafeMutablePointer<Float>
  ) {
    precondition(outputs.lowerBound >= 0 && outputs.upperBound <= delta.columns)
    var row = UnsafePointer(delta.base)
    for _ in 0..<delta.rows {
      for output in outputs { bias[output] -= learningRate * row[output] }
      row += delta.columns
    }
  }

  /// dW = dzᵀ · x, for some of the outputs; zeros if there are no rows.
  ///
  /// - Parameters:
  ///   - delta: dz, `[rows, outputs]`.
  ///   - input: x, `[rows, inputs]`.
  ///   - outputs: the rows of dW to form.
  ///   - gradient: the first element of the whole dW, `[outputs, inputs]`; rows `outputs` are
  ///     overwritten, the others are left alone.
  package static func weightGradient(
    _ blas: BLAS, delta: MatrixView, input: MatrixView, outputs: Range<Int>, gradient: UnsafeMutablePointer<Float>
  ) {
    precondition(delta.rows == input.rows && outputs.lowerBound >= 0 && outputs.upperBound <= delta.columns)
    guard !outputs.isEmpty else { return }
    let target = gradient + outputs.lowerBound * input.columns
    guard delta.rows > 0 else { return target.update(repeating: 0, count: outputs.count * input.columns) }
    let columns = BLASOperand(base: delta.base + outputs.lowerBound, stride: delta.columns, transposed: true)
    blas.multiply(
      rows: outputs.count, columns: input.columns, depth: delta.rows, columns, BLASOperand(input),
      beta: 0, into: target, stride: input.columns)
  }

  /// db = the sums of dz's columns, row after row, for some of the outputs; zeros if there are no rows.
  ///
  /// - Parameters:
  ///   - delta: dz, `[rows, outputs]`.
  ///   - outputs: the elements of db to form.
  ///   - gradient: the first element of the whole db, `[outputs]`; elements `outputs` are overwritten,
  ///     the others are left alone.
  package static func biasGradient(delta: MatrixView, outputs: Range<Int>, gradient: UnsafeMutablePointer<Float>) {
    precondition(outputs.lowerBound >= 0 && outputs.upperBound <= delta.columns)
    let sums = gradient + outputs.lowerBound
    sums.update(repeating: 0, count: outputs.count)
    var row = UnsafePointer(delta.base) + outputs.lowerBound
    for _ in 0..<delta.rows {
      for column in 0..<outputs.count { sums[column] += row[column] }
      row += delta.columns
    }
  }

  private static func repeatRow(_ row: UnsafePointer<Float>, output: MatrixView) {
    for index in 0..<output.rows {
      (output.base + index * output.columns).update(from: row, count: output.columns)
    }
  }
}
