import PTrainCore
import PTrainNetwork
import PTrainRanks

/// Each microbatch leaves its activations and deltas in the workspace; a slice's gradient is one matrix
/// product over all the minibatch's rows. The products' shapes are the job's, so the bits are, too.
///
/// The first layer's outputs may be formed slice by slice as well, see ``OutputSlice``. Where it holds most
/// parameters, fetching them from another core's cache took longer than the product.
final class FusedReduction: GradientReduction, @unchecked Sendable {
  // Sendable: see the protocol; a microbatch has its rows, a slice its outputs of each layer.
  private let run: RunContext
  let firstLayerOutputs: [Range<Int>]
  /// Those of all ranks: the shapes of the products are the job's.
  private let plan: [[OutputSlice]]
  /// One gradient; empty for plain gradient descent, whose products are added to the parameters as they are.
  private let gradient: FloatBuffer
  private let plainRate: Float?

  init(_ run: RunContext) {
    self.run = run
    plan = OutputSlice.plan(run.network.denseStages, sliceCount: run.job.microbatchCount)
    firstLayerOutputs = OutputSlice.firstLayer(
      of: plan, batchSize: min(run.job.batchSize, run.trainingCount), microbatchCount: run.job.microbatchCount)
    plainRate = run.job.optimizer.plainLearningRate
    gradient = FloatBuffer(count: plainRate == nil ? run.state.layout.count : 0)
  }

  var slices: Range<Int> { run.share.own(of: plan.count) }

  func backward(microbatch: Int, rows: Range<Int>, workspace: BatchWorkspace, reach: ((Int) -> Void)?) -> Double {
    reach?(0)
    let stages = run.network.denseStages
    return run.network.propagateDeltas(
      parameters: UnsafePointer(run.state.parameters.base), workspace: workspace, rows: rows,
      sampleLimit: run.sampleLimit,
      stageDidEnd: reach.map { reach in
        // The last stage's delta is mark 1.
        { index in stages.firstIndex { $0.index == index }.map { reach(stages.count - $0) } }
      })
  }

  /// The stages' inputs, then each stage's delta, the last stage's first.
  var marks: [GradientMark] { [.forward] + run.network.denseStages.reversed().map { .stage($0.index) } }

  func blocks(
    _ mark: GradientMark, of part: MinibatchPart, to receiver: Int, workspace: BatchWorkspace
  ) -> [MemoryBlock] {
    let slices = plan[run.share.part(of: receiver, of: plan.count)].joined()
    guard let stage = run.network.denseStage(at: mark) else {
      // The samples are no stage's output: every rank has them.
      return run.network.denseStages.filter { stage in
        stage.index > 0 && slices.contains { $0.stage == stage }
      }.flatMap { workspace.outputs[$0.index - 1].blocks(rows: part.rows, columns: 0..<$0.inputs) }
    }
    return slices.filter { $0.stage == stage }.flatMap {
      workspace.deltas[stage.index].blocks(rows: part.rows, columns: $0.outputs)
    }
  }

  func parameterRanges(of rank: Int) -> [Range<Int>] {
    plan[run.share.part(of: rank, of: plan.count)].joined().flatMap(\.ranges)
  }

  func readsInput(slice: Int) -> Bool { plan[slice].contains { $0.stage.index == 0 } }

  func update(slice: Int, _ minibatch: Minibatch, workspace: BatchWorkspace) {
    for part in plan[slice] {
      if let plainRate {
        run.network.descend(
          part.stage, outputs: part.outputs, workspace: workspace, rows: minibatch.rows, learningRate: plainRate,
          parameters: run.state.parameters.base)
      } else {
        run.network.formGradient(
          of: part.stage, outputs: part.outputs, workspace: workspace, rows: minibatch.rows, gradient: gradient.base)
        for range in part.ranges { run.update(range, gradient: gradient.base, step: minibatch.step) }
      }
    }
  }
}

extension Optimizer {
  /// The learning rate, if an update is nothing but a step against the gradient.
  fileprivate var plainLearningRate: Float? {
    guard case .sgd(let learningRate, .none) = self else { return nil }
    return learningRate
  }
}
