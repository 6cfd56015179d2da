import PTrainCore
import PTrainKernels

extension Network {
  /// The loss of `rows` against the workspace's labels, after a forward pass over them.
  ///
  /// It is not finite if the outputs are not.
  ///
  /// - Parameters:
  ///   - workspace: with a `gradientScale`, `rows` of the delta from which
  ///     ``propagateDeltas(parameters:workspace:rows:)`` starts are overwritten.
  ///   - gradientScale: what the gradient of the sum is multiplied with, 1 / (samples of the
  ///     minibatch) for the mean; `nil` for the loss alone.
  /// - Returns: the sum over the rows.
  /// - Precondition: every label is below `outputCount`.
  package func loss(_ workspace: BatchWorkspace, rows: Range<Int>, gradientScale: Float?) -> LossSum {
    let last = workspace.outputs[stages.count - 1].rows(rows)
    let delta = workspace.deltas[lossStage].rows(rows)
    let gradient = gradientScale.map { ScaledGradient(delta, scale: $0) }
    let labels = UnsafePointer(workspace.labels(from: rows.lowerBound))
    switch loss {
    case .meanSquaredError: return SquaredErrorKernel.oneHot(outputs: last, labels: labels, gradient: gradient)
    case .sparseCategoricalCrossEntropy, .categoricalCrossEntropy:
      if lossStage < stages.count - 1 {
        let logits = workspace.outputs[lossStage].rows(rows)
        return CrossEntropyKernel.softmax(logits: logits, probabilities: last, labels: labels, gradient: gradient)
      }
      return loss == .categoricalCrossEntropy
        ? ClippedCrossEntropyKernel.categorical(outputs: last, labels: labels, gradient: gradient)
        : ClippedCrossEntropyKernel.sparse(outputs: last, labels: labels, gradient: gradient)
    }
  }
}
