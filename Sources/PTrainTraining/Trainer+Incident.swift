import PTrainCore
import PTrainStorage

extension RunFolder {
  /// The record of the step at which the run diverged. No resume takes it for a checkpoint by itself.
  package var divergedStep: String { path + "/diverged.zst" }
}

extension Trainer {
  /// The step that failed; the state is that before it.
  func incident(_ divergence: Divergence) -> Incident {
    let first = divergence.step * job.batchSize
    let positions = first..<min(first + job.batchSize, trainingCount)
    let order = plan.samples(epoch: divergence.epoch)
    return Incident(
      kind: divergence.kind, epoch: divergence.epoch, step: divergence.step,
      globalStep: state.progress.globalStep, lossBits: divergence.loss.bitPattern,
      samples: positions.map { Int(order[$0]) }, layers: failedRanges(rows: 0..<positions.count))
  }

  /// `error` with the path of its record, which is written to `folder` if a step failed.
  ///
  /// A record that can't be written is left out: that the run diverged is what is to be told.
  func recorded(_ error: TrainingError, in folder: RunFolder?) -> TrainingError {
    guard case .diverged(let divergence, nil) = error, hasFailedStep else { return error }
    // All ranks come here: the loss and the bound are those of all.
    gatherState()
    guard let folder else { return error }
    do {
      let record = execution.ranks.isAlone ? incident(divergence) : try incidentOfOneProcess() ?? incident(divergence)
      let bytes = try checkpointBytes(incident: record)
      try DurableFile.replace(folder.divergedStep, with: bytes, on: folder.files)
      return .diverged(divergence, record: folder.divergedStep)
    } catch {
      return .diverged(divergence, record: nil)
    }
  }

  /// The incident as this process sees it by itself: with other ranks, each has activations of its own rows only.
  private func incidentOfOneProcess() throws(TrainingError) -> Incident? {
    var execution = execution
    execution.ranks = .alone
    let checkpoint = try Checkpoint(bytes: checkpointBytes(), path: "the state")
    return try Trainer(resuming: checkpoint, on: dataset, execution: execution).repeatIncident()
  }

  /// Takes the step after the state, which is that of a record.
  ///
  /// - Returns: what it came to; `nil` if it went well.
  package func repeatIncident() throws(TrainingError) -> Incident? {
    let progress = state.progress
    try prepareRows(epoch: progress.epoch, step: progress.step)
    do {
      _ = try advance(stepCount: 1)
      return nil
    } catch {
      guard case .diverged(let divergence, _) = error else { throw error }
      return incident(divergence)
    }
  }
}
