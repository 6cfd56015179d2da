import PTrainCore
import PTrainKernels
import PTrainNetwork
import PTrainParallel

/// How the microbatches' gradients become one update, in two phases: each microbatch by itself, then each
/// slice of the parameters by itself. No lock and no atomic: the team orders the phases.
protocol GradientReduction: AnyObject, Sendable {
  /// Slices that the parameters are cut into.
  var sliceCount: Int { get }

  /// The backward pass of microbatch `microbatch`, which is `rows` of the workspace, after its loss.
  ///
  /// - Returns: its gradient's bound, see ``GradientBound``.
  func backward(microbatch: Int, rows: Range<Int>, workspace: BatchWorkspace) -> Double

  /// Whether ``update(slice:_:workspace:)`` reads the samples of the whole minibatch.
  func readsInput(slice: Int) -> Bool

  /// Sums the gradient of slice `slice` over the minibatch and updates its parameters.
  func update(slice: Int, _ minibatch: Minibatch, workspace: BatchWorkspace)

  /// The first layer's outputs that are to be formed for the whole minibatch at once before the microbatches
  /// begin, a range for each task; empty if each microbatch forms its own.
  var firstLayerOutputs: [Range<Int>] { get }
}

/// A minibatch whose microbatches are all through their backward pass.
struct Minibatch {
  /// Its rows of the workspace.
  let rows: Range<Int>
  /// Microbatches that hold a row.
  let microbatchCount: Int
  /// The step's number, from 1 on.
  let step: Int
}

/// Each microbatch writes its whole gradient into a buffer of its own; a slice is summed across the
/// buffers in microbatch order. Any layer works; the oracle for the other way.
final class BufferedReduction: GradientReduction, @unchecked Sendable {
  // Sendable: see the protocol; a microbatch has its buffer, a slice its range of each.
  private let run: RunContext
  private let slices: SlicePlan
  private let gradients: FloatBuffer
  private let stride: Int

  /// - Throws: ``TrainingError/outOfRange(_:expected:)`` if the buffers exceed the machine's memory.
  init(_ run: RunContext, laneCount: Int) throws(TrainingError) {
    self.run = run
    let count = run.state.layout.count
    slices = SlicePlan(count: count, sliceCount: Self.sliceCount(parameterCount: count, laneCount: laneCount))
    stride = (count + SlicePlan.lineCount - 1) / SlicePlan.lineCount * SlicePlan.lineCount
    let (total, overflow) = stride.multipliedReportingOverflow(by: run.job.microbatchCount)
    guard !overflow, MachineMemory.holds(floats: total) else {
      throw .outOfRange(
        "\(run.job.microbatchCount) shards with a gradient of \(count) numbers each",
        expected:
          "gradients that fit the machine's \(MachineMemory.bytes >> 20) MiB: fewer shards, or the fused reduction")
    }
    gradients = FloatBuffer(count: total)
  }

  var sliceCount: Int { slices.sliceCount }
  var firstLayerOutputs: [Range<Int>] { [] }

  /// Slices for `laneCount` lanes: one each, or four where each is worth claiming by itself. Sums and updates
  /// are elementwise, so the cut doesn't show in the result.
  private static func sliceCount(parameterCount: Int, laneCount: Int) -> Int {
    let worthClaiming = 1 << 16
    return laneCount == 1 ? 1 : laneCount * (parameterCount >= worthClaiming * laneCount ? 4 : 1)
  }

  func backward(microbatch: Int, rows: Range<Int>, workspace: BatchWorkspace) -> Double {
    run.network.backward(
      parameters: UnsafePointer(run.state.parameters.base), workspace: workspace, rows: rows,
      gradient: gradients.base + microbatch * stride, sampleLimit: run.sampleLimit)
  }

  func readsInput(slice: Int) -> Bool { false }

  func update(slice: Int, _ minibatch: Minibatch, workspace: BatchWorkspace) {
    let range = slices[slice]
    if minibatch.microbatchCount > 1 {
      SumKernel.sum(
        blocks: gradients.base, count: minibatch.microbatchCount, stride: stride, range: range, into: gradients.base)
    }
    run.update(range, gradient: gradients.base, step: minibatch.step)
  }
}

/// Each microbatch leaves its activations and deltas in the workspace; a slice's gradient is one matrix
/// product over all the minibatch's rows. The products' shapes are the job's, so the bits are, too.
///
/// The first layer's outputs may be formed slice by slice as well, see ``OutputSlice``. Where it holds most
/// parameters, fetching them from another core's cache took longer than the product.
final class FusedReduction: GradientReduction, @unchecked Sendable {
  // Sendable: see the protocol; a microbatch has its rows, a slice its outputs of each layer.
  private let run: RunContext
  let firstLayerOutputs: [Range<Int>]
  private let slices: [[OutputSlice]]
  /// One gradient; empty for plain gradient descent, whose products are added to the parameters as they are.
  private let gradient: FloatBuffer
  private let plainRate: Float?

  init(_ run: RunContext) {
    self.run = run
    slices = OutputSlice.plan(run.network.denseStages, sliceCount: run.job.microbatchCount)
    firstLayerOutputs = OutputSlice.firstLayer(
      of: slices, batchSize: min(run.job.batchSize, run.trainingCount), microbatchCount: run.job.microbatchCount)
    plainRate = run.job.optimizer.plainLearningRate
    gradient = FloatBuffer(count: plainRate == nil ? run.state.layout.count : 0)
  }

  var sliceCount: Int { slices.count }

  func backward(microbatch: Int, rows: Range<Int>, workspace: BatchWorkspace) -> Double {
    run.network.propagateDeltas(
      parameters: UnsafePointer(run.state.parameters.base), workspace: workspace, rows: rows,
      sampleLimit: run.sampleLimit)
  }

  func readsInput(slice: Int) -> Bool { slices[slice].contains { $0.stage.index == 0 } }

  func update(slice: Int, _ minibatch: Minibatch, workspace: BatchWorkspace) {
    for part in slices[slice] {
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

extension RunContext {
  fileprivate func update(_ range: Range<Int>, gradient: UnsafePointer<Float>, step: Int) {
    rule.update(
      parameters: state.parameters.base, gradient: gradient, state: state.optimizerState.base, range: range, step: step)
  }
}

extension Optimizer {
  /// The learning rate, if an update is nothing but a step against the gradient.
  fileprivate var plainLearningRate: Float? {
    guard case .sgd(let learningRate, .none) = self else { return nil }
    return learningRate
  }
}
