import PTrainCore
import PTrainKernels

extension Network {
  /// The gradient of `rows`, after their forward pass and their loss with a gradient scale.
  ///
  /// - Parameters:
  ///   - parameters: the whole block; read.
  ///   - workspace: `rows` of the deltas are overwritten.
  ///   - gradient: a whole block; overwritten, with zeros if `rows` is empty.
  ///   - sampleLimit: no element of a sample is greater.
  ///   - stageDidEnd: called with the place of each dense stage when its gradient is there, in order.
  /// - Returns: see ``propagateDeltas(parameters:workspace:rows:sampleLimit:stageDidEnd:)``.
  @discardableResult
  package func backward(
    parameters: UnsafePointer<Float>, workspace: BatchWorkspace, rows: Range<Int>,
    gradient: UnsafeMutablePointer<Float>, sampleLimit: Float = 1, stageDidEnd: ((Int) -> Void)? = nil
  ) -> Double {
    let bound = propagateDeltas(parameters: parameters, workspace: workspace, rows: rows, sampleLimit: sampleLimit)
    for dense in denseStages {
      formGradient(
        of: dense, outputs: 0..<dense.outputs, workspace: workspace, rows: rows, gradient: gradient)
      stageDidEnd?(dense.index)
    }
    return bound
  }

  /// The first half of ``backward(parameters:workspace:rows:gradient:sampleLimit:stageDidEnd:)``: carries the loss's delta back
  /// to the first dense stage, whose input needs none.
  ///
  /// Once for each loss: it replaces the deltas that it starts from.
  ///
  /// - Parameters:
  ///   - parameters: the whole block; read.
  ///   - workspace: `rows` of the deltas are overwritten; those of dense stages are then ∂loss/∂z.
  ///   - sampleLimit: no element of a sample is greater.
  ///   - stageDidEnd: called with the place of each dense stage when its delta is there, the last stage first.
  /// - Returns: what no element of the gradient of `rows` exceeds, see ``GradientBound``.
  @discardableResult
  package func propagateDeltas(
    parameters: UnsafePointer<Float>, workspace: BatchWorkspace, rows: Range<Int>, sampleLimit: Float = 1,
    stageDidEnd: ((Int) -> Void)? = nil
  ) -> Double {
    var bound = GradientBound(rows: rows.count)
    for index in stride(from: lossStage, through: firstDenseStage, by: -1) {
      let (output, delta) = (workspace.outputs[index].rows(rows), workspace.deltas[index].rows(rows))
      if case .dense(let dense) = stages[index] {
        let seen = Self.multiplySlope(dense.activation, output: output, delta: delta)
        stageDidEnd?(index)
        bound.close(input: { seen?.output ?? self.magnitude(ofOutput: index, output) })
        bound.open(delta: seen?.delta ?? MagnitudeKernel.greatest(delta.base, count: delta.count))
      } else {
        bound.close(input: { self.magnitude(ofOutput: index, output) })
      }
      guard index > firstDenseStage else { break }
      let inputDelta = workspace.deltas[index - 1].rows(rows)
      switch stages[index] {
      case .dense(let dense):
        DenseKernel.inputGradient(blas, delta: delta, weight: dense.weight(in: parameters), inputDelta: inputDelta)
      case .dropout:
        let mask = workspace.masks[index].rows(rows)
        for place in 0..<delta.count { inputDelta.base[place] = delta.base[place] * mask.base[place] }
      case .activation(.softmax, _):
        SoftmaxKernel.backward(output: output, outputDelta: delta, inputDelta: inputDelta)
      case .activation(let function, _):
        inputDelta.base.update(from: delta.base, count: delta.count)
        let input = workspace.outputs[index - 1].rows(rows)
        if function == .step {
          ActivationKernel.stepBackward(input: input.base, delta: inputDelta.base, count: delta.count)
        }
        _ = Self.multiplySlope(function, output: output, delta: inputDelta)
      }
    }
    bound.close(input: {
      firstDenseStage == 0
        ? sampleLimit : magnitude(ofOutput: firstDenseStage - 1, workspace.outputs[firstDenseStage - 1].rows(rows))
    })
    return bound.value
  }

  /// What no element of `output`, stage `index`'s, exceeds: 1 for functions that give no more, without a look.
  private func magnitude(ofOutput index: Int, _ output: MatrixView) -> Float {
    switch stages[index] {
    case .dense(let dense) where dense.activation == .sigmoid || dense.activation == .tanh: 1
    case .activation(.sigmoid, _), .activation(.tanh, _), .activation(.softmax, _), .activation(.step, _): 1
    default: MagnitudeKernel.greatest(output.base, count: output.count)
    }
  }

  /// The other half: the gradient of some of a dense stage's outputs (rows of W, elements of b), summed
  /// over `rows`.
  ///
  /// - Parameters:
  ///   - outputs: which, in `0..<dense.outputs`.
  ///   - workspace: read: the stage's input and delta.
  ///   - gradient: a whole block; the elements of these outputs are overwritten, with zeros if `rows`
  ///     is empty, the others are left alone.
  package func formGradient(
    of dense: DenseStage, outputs: Range<Int>, workspace: BatchWorkspace, rows: Range<Int>,
    gradient: UnsafeMutablePointer<Float>
  ) {
    let delta = workspace.deltas[dense.index].rows(rows)
    let input = workspace.input(ofStage: dense.index).rows(rows)
    DenseKernel.weightGradient(
      blas, delta: delta, input: input, outputs: outputs, gradient: gradient + dense.weightOffset)
    guard let biasOffset = dense.biasOffset else { return }
    DenseKernel.biasGradient(delta: delta, outputs: outputs, gradient: gradient + biasOffset)
  }

  /// The other half with the update of plain gradient descent in it: w ← w − learningRate · g for some of
  /// a dense stage's outputs, g being summed over `rows`.
  ///
  /// - Parameters:
  ///   - workspace: read: the stage's input and delta.
  ///   - parameters: a whole block; the elements of these outputs are updated.
  package func descend(
    _ dense: DenseStage, outputs: Range<Int>, workspace: BatchWorkspace, rows: Range<Int>, learningRate: Float,
    parameters: UnsafeMutablePointer<Float>
  ) {
    let delta = workspace.deltas[dense.index].rows(rows)
    DenseKernel.descend(
      blas, delta: delta, input: workspace.input(ofStage: dense.index).rows(rows), outputs: outputs,
      learningRate: learningRate, weight: parameters + dense.weightOffset)
    guard let biasOffset = dense.biasOffset else { return }
    DenseKernel.descend(delta: delta, outputs: outputs, learningRate: learningRate, bias: parameters + biasOffset)
  }

  /// delta ← f′ · delta, for the functions whose slope can be told from the output.
  ///
  /// - Returns: the greatest magnitudes of `output` and the new `delta`, where they come with the pass.
  private static func multiplySlope(
    _ function: ActivationFunction, output: MatrixView, delta: MatrixView
  ) -> (output: Float, delta: Float)? {
    switch function {
    case .linear, .step, .softmax: break
    case .sigmoid: ActivationKernel.sigmoidBackward(output: output.base, delta: delta.base, count: delta.count)
    case .tanh: ActivationKernel.tanhBackward(output: output.base, delta: delta.base, count: delta.count)
    case .relu: return ActivationKernel.reluBackward(output: output.base, delta: delta.base, count: delta.count)
    }
    return nil
  }
}
