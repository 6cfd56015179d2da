import PTrainCore
import PTrainKernels

/// A model and its loss, ready to compute: parameters come in as a flat block, samples and everything
/// in between lie in a ``BatchWorkspace``.
///
/// Immutable, so any number of lanes share one. All computing functions work on a range of the
/// workspace's rows, allocate nothing, and touch no other rows.
///
/// The delta of a stage is the loss's gradient at its output; ``propagateDeltas(parameters:workspace:rows:)``
/// turns that of a dense stage into the gradient at its sums z = x · Wᵀ + b.
package final class Network: Sendable {
  package let plan: ModelPlan
  package let loss: Loss
  package let stages: [Stage]
  /// The stages with parameters, in order: together they cover the whole block.
  package let denseStages: [DenseStage]
  package let blas: BLAS
  /// The stage whose delta the loss writes: the last one, or the logits before a final softmax.
  let lossStage: Int
  /// The first stage with parameters: no delta is needed before it.
  let firstDenseStage: Int

  /// Checks `model` and loads OpenBLAS.
  ///
  /// - Throws: ``ModelError`` if the model can't be, exceeds the machine's memory or OpenBLAS is missing.
  package init(_ model: Sequential, loss: Loss) throws(ModelError) {
    let plan = try ModelPlan(model)
    let stages = StageList(plan).stages
    denseStages = stages.compactMap { stage in if case .dense(let dense) = stage { dense } else { nil } }
    guard let first = denseStages.first else { throw .noParameters }
    guard MachineMemory.holds(floats: plan.layout.count) else { throw .tooLarge(what: "a model") }
    do { blas = try BLAS.load() } catch { throw .unavailable(error.diagnosis) }
    self.plan = plan
    self.loss = loss
    self.stages = stages
    firstDenseStage = first.index
    let endsInFusedSoftmax = loss != .meanSquaredError && Self.isSoftmax(stages[stages.count - 1])
    lossStage = stages.count - (endsInFusedSoftmax ? 2 : 1)
  }

  package var layout: ParameterLayout { plan.layout }
  /// Numbers of one sample.
  package var inputCount: Int { plan.inputShape.reduce(1, *) }
  /// Outputs for one sample.
  package var outputCount: Int { plan.outputShape.reduce(1, *) }

  /// The parameters before the first step: a function of `seed` and the model alone.
  package func initialParameters(seed: UInt64) -> FloatBuffer {
    let parameters = FloatBuffer(count: layout.count)
    for planned in plan.layers {
      guard case .dense(let dense) = planned.layer else { continue }
      fill(planned.weight, dense.weightInitializer, seed: seed, parameters)
      fill(planned.bias, dense.biasInitializer, seed: seed, parameters)
    }
    return parameters
  }

  private func fill(
    _ entry: ParameterLayout.Entry?, _ initializer: Initializer, seed: UInt64, _ parameters: borrowing FloatBuffer
  ) {
    guard let entry, let index = layout.entries.firstIndex(of: entry) else { return }
    let random = CounterRandom(seed: seed, stream: .initialWeights(parameter: index))
    InitialValues(initializer, shape: entry.shape, random: random).fill(parameters.slice(entry.range))
  }

  /// What the model gives for the samples of the last ``forward(parameters:workspace:rows:mode:)``,
  /// `[rows, outputs]`; probabilities if it ends in a softmax.
  package func output(_ workspace: BatchWorkspace) -> MatrixView { workspace.outputs[stages.count - 1] }

  static func isSoftmax(_ stage: Stage) -> Bool {
    if case .activation(.softmax, _) = stage { true } else { false }
  }
}

extension DenseStage {
  /// Its W in `parameters`, to be read only.
  func weight(in parameters: UnsafePointer<Float>) -> MatrixView {
    MatrixView(
      base: UnsafeMutablePointer(mutating: parameters + weightOffset), rows: outputs, columns: inputs)
  }
}
