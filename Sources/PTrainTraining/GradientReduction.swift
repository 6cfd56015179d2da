import PTrainCore
import PTrainKernels
import PTrainNetwork
import PTrainParallel
import PTrainRanks

/// How the microbatches' gradients become one update, in two phases: each microbatch by itself, then each
/// slice of the parameters by itself. No lock and no atomic: the team orders the phases.
protocol GradientReduction: AnyObject, Sendable {
  /// The slices of the parameters that this process updates: all, or its rank's.
  var slices: Range<Int> { get }

  /// The backward pass of microbatch `microbatch`, which is `rows` of the workspace, after its loss.
  ///
  /// - Parameter reach: called with the place in ``marks`` of each mark that is reached; `nil` if nobody waits.
  /// - Returns: its gradient's bound, see ``GradientBound``.
  func backward(microbatch: Int, rows: Range<Int>, workspace: BatchWorkspace, reach: ((Int) -> Void)?) -> Double

  /// Whether ``update(slice:_:workspace:)`` reads the samples of the whole minibatch.
  func readsInput(slice: Int) -> Bool

  /// Sums the gradient of slice `slice` over the minibatch and updates its parameters.
  func update(slice: Int, _ minibatch: Minibatch, workspace: BatchWorkspace)

  /// The first layer's outputs that are to be formed for the whole minibatch at once before the microbatches
  /// begin, a range for each task; empty if each microbatch forms its own.
  var firstLayerOutputs: [Range<Int>] { get }

  /// The points of a microbatch's way at which something can be sent to other ranks, in order.
  var marks: [GradientMark] { get }

  /// Where in this process's memory that lies which `mark` brings from the rank that works on `part` to the slices
  /// of rank `receiver`: the same list in both, each in its own memory.
  func blocks(_ mark: GradientMark, of part: MinibatchPart, to receiver: Int, workspace: BatchWorkspace)
    -> [MemoryBlock]

  /// The places of the parameters that `rank` updates.
  func parameterRanges(of rank: Int) -> [Range<Int>]
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

extension RunContext {
  func update(_ range: Range<Int>, gradient: UnsafePointer<Float>, step: Int) {
    rule.update(
      parameters: state.parameters.base, gradient: gradient, state: state.optimizerState.base, range: range, step: step)
  }
}

extension Network {
  /// The dense stage that `mark` is about.
  func denseStage(at mark: GradientMark) -> DenseStage? {
    guard case .stage(let index) = mark else { return nil }
    return denseStages.first { $0.index == index }
  }
}
