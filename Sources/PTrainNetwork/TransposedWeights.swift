import PTrainCore
import PTrainKernels

/// The transposed weights of the stages that multiply with them, for one lane.
final class TransposedWeights {
  /// Of each stage: `[inputs, outputs]`; empty for stages that multiply with W as it is.
  private let matrices: [MatrixView]
  private let block: FloatBuffer

  /// Zeros, to be filled.
  init(of stages: [Stage]) {
    let shapes = stages.map { stage in
      guard case .dense(let dense) = stage, dense.isTransposed else { return (rows: 0, columns: 0) }
      return (rows: dense.inputs, columns: dense.outputs)
    }
    block = FloatBuffer(count: shapes.reduce(0) { $0 + $1.rows * $1.columns })
    var matrices: [MatrixView] = []
    var offset = 0
    for shape in shapes {
      matrices.append(block.matrix(offset: offset, rows: shape.rows, columns: shape.columns))
      offset += shape.rows * shape.columns
    }
    self.matrices = matrices
  }

  subscript(stage: Int) -> MatrixView { matrices[stage] }

  /// Takes over the weights in `parameters`.
  func update(_ stages: [Stage], from parameters: UnsafePointer<Float>) {
    for stage in stages {
      guard case .dense(let dense) = stage, dense.isTransposed else { continue }
      DenseKernel.transpose(dense.weight(in: parameters), into: matrices[dense.index].base)
    }
  }
}
