import PTrainCore
import PTrainKernels
import PTrainNetwork

/// Where a run stands: all that changes while it trains.
///
/// Position, sums and records are a pure function of the job and of how far it got, whatever the
/// threads and the interruptions; so are the blocks.
package final class TrainingState: @unchecked Sendable {
  // Sendable: lanes write disjoint slices of the blocks, and one lane a step the sums; all else happens
  // between two runs of a team.
  package let layout: ParameterLayout
  package let parameters: FloatBuffer
  /// One block after the other, each of the layout's count; see ``UpdateRule/stateNames``.
  package let optimizerState: FloatBuffer
  package let optimizerStateNames: [String]
  package var progress: RunProgress
  package var trace = LossTrace(stepsPerEpoch: 0)

  /// Zero blocks, to be filled.
  package init(layout: ParameterLayout, optimizerStateNames: [String], progress: RunProgress) {
    self.layout = layout
    self.optimizerStateNames = optimizerStateNames
    self.progress = progress
    parameters = FloatBuffer(count: layout.count)
    optimizerState = FloatBuffer(count: layout.count * optimizerStateNames.count)
  }

  /// Blocks of the same sizes, zero, at the same place of the run.
  convenience init(likeThatOf state: TrainingState) {
    self.init(layout: state.layout, optimizerStateNames: state.optimizerStateNames, progress: state.progress)
  }

  /// Makes this what `state` is, which has blocks of the same sizes.
  func update(from state: TrainingState) {
    parameters.update(from: state.parameters)
    optimizerState.update(from: state.optimizerState)
    progress = state.progress
    trace = state.trace
  }

  /// Whether all parameters and all of the optimizer's state are finite.
  package var isFinite: Bool {
    MagnitudeKernel.greatest(parameters.base, count: parameters.count).isFinite
      && MagnitudeKernel.greatest(optimizerState.base, count: optimizerState.count).isFinite
  }

  /// The SHA-256 of the parameters' bytes, little-endian, in layout order.
  package var parametersDigest: Digest { Digest(of: UnsafeRawBufferPointer(parameters.elements)) }

  /// Whether the optimizer's state has the bits of `other`'s.
  func hasOptimizerState(of other: TrainingState) -> Bool {
    optimizerState.elements.count == other.optimizerState.elements.count
      && zip(optimizerState.elements, other.optimizerState.elements).allSatisfy { $0.bitPattern == $1.bitPattern }
  }

  /// Elements of optimizer state block `block`.
  package func optimizerState(block: Int) -> UnsafeMutableBufferPointer<Float> {
    optimizerState.slice((block * layout.count)..<((block + 1) * layout.count))
  }
}

/// The numbers of a run's progress, as a checkpoint holds them.
package struct RunProgress: Equatable, Sendable, Codable {
  /// Epochs that are complete.
  package var epoch = 0
  /// Steps of the epoch under way that are complete.
  package var step = 0
  /// Optimizer updates since the start.
  package var globalStep = 0
  /// Epochs that the run was last asked for.
  package var epochsWanted: Int
  /// Over the samples of the epoch under way.
  package var sums = RunningSums()
  /// Of the complete epochs.
  package var records: [EpochRecord] = []

  package init(epochsWanted: Int) { self.epochsWanted = epochsWanted }

  private enum CodingKeys: String, CodingKey {
    case epoch, step, sums, records
    case globalStep = "global_step"
    case epochsWanted = "epochs_wanted"
  }
}

/// Loss and hits of an epoch's samples so far.
package struct RunningSums: Equatable, Sendable, Codable {
  /// Sum over samples.
  package var loss: Double = 0
  package var correct = 0
  package var samples = 0

  package init() {}

  package var mean: Evaluation {
    let count = Double(max(samples, 1))
    return Evaluation(loss: loss / count, accuracy: Double(correct) / count)
  }
}

/// What of an epoch's summary is the job's own doing: all but the times.
package struct EpochRecord: Equatable, Sendable, Codable {
  package let epoch: Int
  package let training: Evaluation
  package let validation: Evaluation?
  package let globalStep: Int
  package let sampleCount: Int

  package init(_ summary: EpochSummary) {
    epoch = summary.epoch
    training = summary.training
    validation = summary.validation
    globalStep = summary.globalStep
    sampleCount = summary.sampleCount
  }

  private enum CodingKeys: String, CodingKey {
    case epoch, training, validation
    case globalStep = "global_step"
    case sampleCount = "sample_count"
  }
}
