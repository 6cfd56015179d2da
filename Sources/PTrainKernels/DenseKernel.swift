import PTrainCore

/// The fully connected layer z = x · Wᵀ + b and its gradients.
///
/// W is stored `[outputs, inputs]`: for the few rows of a microbatch the products are up to twice as
/// fast as with its transpose.
package enum DenseKernel {
  /// z = x · Wᵀ + b, for some of the outputs.
  ///
  /// - Parameters:
  ///   - input: x, `[rows, inputs]`.
  ///   - weight: W, `[outputs, inputs]`; read.
  ///   - bias: b, `[outputs]`; `nil` for none.
  ///   - outputs: the columns of z to form; `nil` for all.
  ///   - output: z, `[rows, outputs]`; columns `outputs` are overwritten, the others are left alone.
  package static func forward(
    _ blas: BLAS, input: MatrixView, weight: MatrixView, bias: UnsafePointer<Float>?, outputs: Range<Int>? = nil,
    output: MatrixView
  ) {
    precondition(input.columns == weight.columns && output.columns == weight.rows && input.rows == output.rows)
    let outputs = outputs ?? 0..<weight.rows
    precondition(outputs.lowerBound >= 0 && outputs.upperBound <= weight.rows)
    guard output.rows > 0, !outputs.isEmpty else { return }
    guard isTransposed(inputs: input.columns, outputs: outputs.count) else {
      let weight = BLASOperand(weight.rows(outputs), transposed: true)
      return forward(blas, input: input, weight, bias: bias, outputs: outputs, output: output)
    }
    withUnsafeTemporaryAllocation(of: Float.self, capacity: outputs.count * input.columns) { copy in
      guard let base = copy.baseAddress else { return }
      transpose(weight.rows(outputs), into: base)
      let weight = BLASOperand(base: base, stride: outputs.count, transposed: false)
      forward(blas, input: input, weight, bias: bias, outputs: outputs, output: output)
    }
  }

  /// z = x · Wᵀ + b with Wᵀ at hand; the same bits as from W where ``isTransposed(inputs:outputs:)``.
  ///
  /// - Parameters:
  ///   - input: x, `[rows, inputs]`.
  ///   - transposedWeight: Wᵀ, `[inputs, outputs]`; read.
  ///   - bias: b, `[outputs]`; `nil` for none.
  ///   - output: z, `[rows, outputs]`; overwritten.
  package static func forward(
    _ blas: BLAS, input: MatrixView, transposedWeight: MatrixView, bias: UnsafePointer<Float>?, output: MatrixView
  ) {
    precondition(input.columns == transposedWeight.rows && output.columns == transposedWeight.columns)
    guard output.rows > 0 else { return }
    forward(
      blas, input: input, BLASOperand(transposedWeight), bias: bias, outputs: 0..<output.columns, output: output)
  }

  /// Whether a layer is so small that W is transposed before it is multiplied with.
  ///
  /// OpenBLAS multiplies with a transpose by its kernels for small products from 32 inputs on
  /// (`sgemm_small_kernel_permit_skylakex.c`); below, it would pack and take a lock.
  package static func isTransposed(inputs: Int, outputs: Int) -> Bool { inputs < 32 && outputs * inputs <= 2048 }

  /// - Parameters:
  ///   - matrix: `[rows, columns]`; read.
  ///   - target: `[columns, rows]`; overwritten.
  package static func transpose(_ matrix: MatrixView, into target: UnsafeMutablePointer<Float>) {
    let (rows, columns, source) = (matrix.rows, matrix.columns, matrix.base)
    for row in 0..<rows {
      for column in 0..<columns { target[column * rows + row] = source[row * columns + column] }
    }
  }

  /// - Parameter weight: Wᵀ for `outputs`, `[inputs, outputs]`.
  private static func forward(
    _ blas: BLAS, input: MatrixView, _ weight: BLASOperand, bias: UnsafePointer<Float>?, outputs: Range<Int>,
    output: MatrixView
  ) {
    if let bias { repeatRow(bias, outputs: outputs, output: output) }
    let step = rowsAtOnce(inputs: input.columns, outputs: outputs.count) ?? output.rows
    for first in stride(from: 0, to: output.rows, by: step) {
      let rows = first..<min(first + step, output.rows)
      blas.multiply(
        rows: rows.count, columns: outputs.count, depth: input.columns, BLASOperand(input.rows(rows)), weight,
        beta: bias == nil ? 0 : 1, into: output.rows(rows).base + outputs.lowerBound, stride: output.columns)
    }
  }

  /// How many rows of a narrow layer to multiply at once; `nil` for a wider layer: all.
  ///
  /// OpenBLAS has kernels for small products that don't pack their factors; 60 rows of 784 × 20 take 13 µs
  /// with them, 64 rows 74 µs without. They take up to 10⁶ multiplications and 1,200 results
  /// (`sgemm_small_kernel_permit_skylakex.c`). The rule reads the layer alone, so it is part of the job.
  static func rowsAtOnce(inputs: Int, outputs: Int) -> Int? {
    guard outputs <= 64 else { return nil }
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

  private static func repeatRow(_ row: UnsafePointer<Float>, outputs: Range<Int>, output: MatrixView) {
    for index in 0..<output.rows {
      (output.base + index * output.columns + outputs.lowerBound).update(
        from: row + outputs.lowerBound, count: outputs.count)
    }
  }
}
