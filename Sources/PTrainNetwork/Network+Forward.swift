import PTrainCore
import PTrainKernels

extension Network {
  /// What a forward pass is for.
  package enum Mode: Equatable, Sendable {
    /// Dropout does nothing.
    case inference
    /// Dropout masks are a function of `seed`, `step`, the layer and the place in the minibatch.
    case training(seed: UInt64, step: Int)
  }

  /// Computes all outputs of `rows` from the workspace's input; a final softmax included.
  ///
  /// - Parameters:
  ///   - parameters: the whole block; read.
  ///   - workspace: `rows` of each stage's output are overwritten.
  ///   - hasFirstProduct: ``formFirstProduct(outputs:parameters:workspace:rows:)`` has been called for all
  ///     outputs of the first stage.
  ///   - hasTransposedWeights: the workspace was passed in before, with the same parameters.
  package func forward(
    parameters: UnsafePointer<Float>, workspace: BatchWorkspace, rows: Range<Int>, mode: Mode,
    hasFirstProduct: Bool = false, hasTransposedWeights: Bool = false
  ) {
    if !hasTransposedWeights { workspace.transposedWeights.update(stages, from: parameters) }
    for index in stages.indices {
      let input = workspace.input(ofStage: index).rows(rows)
      let output = workspace.outputs[index].rows(rows)
      switch stages[index] {
      case .dense(let dense) where index == 0 && hasFirstProduct: activate(dense, output)
      case .dense(let dense):
        forward(dense, parameters, workspace.transposedWeights[index], input: input, output: output)
      case .activation(let function, _): Self.apply(function, input: input, output: output)
      case .dropout(let rate, let layer, _):
        let mask = workspace.masks[index]
        Self.drop(rate: rate, layer: layer, mode: mode, input: input, output: output, mask: mask, rows: rows)
      }
    }
  }

  private func forward(
    _ dense: DenseStage, _ parameters: UnsafePointer<Float>, _ transposedWeight: MatrixView, input: MatrixView,
    output: MatrixView
  ) {
    let bias = dense.biasOffset.map { parameters + $0 }
    if dense.isTransposed {
      DenseKernel.forward(blas, input: input, transposedWeight: transposedWeight, bias: bias, output: output)
    } else {
      DenseKernel.forward(blas, input: input, weight: dense.weight(in: parameters), bias: bias, output: output)
    }
    activate(dense, output)
  }

  private func activate(_ dense: DenseStage, _ output: MatrixView) {
    if dense.activation != .linear { Self.apply(dense.activation, input: output, output: output) }
  }

  /// The first stage's product and bias for some of its outputs, without its activation.
  ///
  /// - Parameters:
  ///   - outputs: which, in `0..<outputs of the first stage`.
  ///   - workspace: the samples are read; `rows` of these outputs are overwritten.
  /// - Precondition: the first stage is a dense one.
  package func formFirstProduct(
    outputs: Range<Int>, parameters: UnsafePointer<Float>, workspace: BatchWorkspace, rows: Range<Int>
  ) {
    guard case .dense(let dense) = stages.first else { preconditionFailure("the first stage has no product") }
    DenseKernel.forward(
      blas, input: workspace.input.rows(rows), weight: dense.weight(in: parameters),
      bias: dense.biasOffset.map { parameters + $0 }, outputs: outputs, output: workspace.outputs[0].rows(rows))
  }

  /// - Parameter output: overwritten; may be `input`.
  private static func apply(_ function: ActivationFunction, input: MatrixView, output: MatrixView) {
    let (x, y, count) = (input.base, output.base, input.count)
    switch function {
    case .linear: y.update(from: x, count: count)
    case .step: ActivationKernel.step(x, output: y, count: count)
    case .sigmoid: ActivationKernel.sigmoid(x, output: y, count: count)
    case .tanh: ActivationKernel.tanh(x, output: y, count: count)
    case .relu: ActivationKernel.relu(x, output: y, count: count)
    case .softmax: SoftmaxKernel.forward(logits: input, probabilities: output)
    }
  }

  private static func drop(
    rate: Float, layer: Int, mode: Mode, input: MatrixView, output: MatrixView, mask: MatrixView, rows: Range<Int>
  ) {
    guard case .training(let seed, let step) = mode else {
      return output.base.update(from: input.base, count: input.count)
    }
    let random = CounterRandom(seed: seed, stream: .dropout(layer: layer, step: step))
    let mask = mask.rows(rows)
    DropoutMask(rate: rate, random: random).fill(mask.elements, from: rows.lowerBound * mask.columns)
    for index in 0..<input.count { output.base[index] = input.base[index] * mask.base[index] }
  }
}
