import PTrainCore
import PTrainStorage

/// Computes a run again from its job, up to where a checkpoint stands, and compares it with what was recorded.
///
/// It drives a ``Trainer`` as any run does, and looks on between its steps.
package final class RunReplay {
  /// The first thing that differs. Numbers are 0-based.
  package enum Difference: Equatable, Sendable {
    /// The losses of `count` steps from `step` on, summed over samples.
    case loss(epoch: Int, step: Int, count: Int, recorded: Double, found: Double)
    /// Loss or accuracy of an epoch, with the steps' losses equal or not known.
    case record(epoch: Int)
    /// The parameters after `epochs` epochs, with all losses equal.
    case parameters(epochs: Int)
    /// The optimizer's state, with equal parameters.
    case optimizerState(epochs: Int)
  }

  package private(set) var difference: Difference?
  private let target: Checkpoint
  private let trainer: Trainer
  /// The run's folder, whose checkpoints are compared too.
  private let folder: RunFolder

  /// - Parameter trainer: at the job's start, or at a checkpoint before `target`.
  package init(_ target: Checkpoint, in folder: RunFolder, with trainer: Trainer) {
    self.target = target
    self.folder = folder
    self.trainer = trainer
  }

  /// Trains up to the checkpoint, or to the epoch in which something differs.
  package func run(callbacks: [any TrainingCallback]) throws(TrainingError) {
    let epochs = target.progress.epoch + (target.progress.step > 0 ? 1 : 0)
    try trainer.fit(epochs: epochs, callbacks: callbacks + [self])
    // Someone else may have stopped it.
    guard difference == nil, trainer.state.progress.globalStep == target.progress.globalStep else { return }
    difference = difference(from: target)
  }

  /// Whether the replay came to the checkpoint, or to a difference before it.
  package var isComplete: Bool {
    difference != nil || trainer.state.progress.globalStep == target.progress.globalStep
  }

  private func difference(from checkpoint: Checkpoint) -> Difference? {
    let state = trainer.state
    let found = state.trace.values(at: state.progress)
    let epoch = state.progress.step > 0 ? state.progress.epoch : state.progress.epoch - 1
    if found.count == checkpoint.trace.count,
      let index = found.indices.first(where: { found[$0].bitPattern != checkpoint.trace[$0].bitPattern })
    {
      return .loss(
        epoch: epoch, step: index * state.trace.stride, count: state.trace.stride,
        recorded: checkpoint.trace[index], found: found[index])
    }
    let records = zip(state.progress.records, checkpoint.progress.records)
    if let (_, recorded) = records.first(where: { $0 != $1 }) { return .record(epoch: recorded.epoch) }
    if state.progress.sums != checkpoint.progress.sums { return .record(epoch: epoch) }
    guard state.parametersDigest == checkpoint.parametersDigest else {
      return .parameters(epochs: state.progress.epoch)
    }
    let recorded = try? checkpoint.restore(layout: state.layout, stateNames: state.optimizerStateNames)
    return recorded?.hasOptimizerState(of: state) == true ? nil : .optimizerState(epochs: state.progress.epoch)
  }
}

extension RunReplay: TrainingCallback {
  package var stepInterval: Int? { target.progress.step > 0 ? target.progress.globalStep : nil }

  package func stepsDidAdvance(_ progress: StepProgress) {
    if target.progress.step > 0, progress.globalStep == target.progress.globalStep { trainer.stop.raise() }
  }

  /// The epoch's own checkpoint, if it still lies there, tells the step; else its record tells the epoch.
  package func epochDidEnd(_ summary: EpochSummary) {
    let path = folder.checkpoint(ofEpoch: summary.epoch + 1)
    if let checkpoint = try? Checkpoint(path: path), checkpoint.job == target.job {
      difference = difference(from: checkpoint)
    }
    let record = target.progress.records.first { $0.epoch == summary.epoch }
    if difference == nil, let record, record != EpochRecord(summary) { difference = .record(epoch: summary.epoch) }
    if difference != nil { trainer.stop.raise() }
  }
}
