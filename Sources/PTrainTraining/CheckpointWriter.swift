import PTrainCore
import PTrainStorage

/// Writes a run's checkpoints while training goes on: the state is copied between two steps, and a thread of
/// its own seals, compresses and stores the copy.
final class CheckpointWriter {
  private let trainer: Trainer
  private let folder: RunFolder
  private let keep: Int?
  private let callbacks: [any TrainingCallback]
  private let worker: BackgroundWorker<TrainingError>
  /// The copy that is written; its memory serves all checkpoints.
  private let copy: TrainingState
  private var announcedCount = 0

  init(
    _ trainer: Trainer, folder: RunFolder, keep: Int?, onError: CheckpointErrorPolicy,
    callbacks: [any TrainingCallback]
  ) {
    worker = BackgroundWorker(name: "ptrain-writer", goesOnAfterErrors: onError == .continue)
    self.trainer = trainer
    self.folder = folder
    self.keep = keep
    self.callbacks = callbacks
    copy = TrainingState(likeThatOf: trainer.state)
  }

  /// Begins to write the state as it is; waits for the checkpoint before, if that is still being written.
  ///
  /// - Throws: the error of an earlier checkpoint, if it is to end the run.
  func save(completedEpochs: Int?) throws(TrainingError) {
    trainer.activity.enter(.saving)
    try worker.wait()
    announce()
    if let error = worker.lastError { for callback in callbacks { callback.checkpointDidFail(error) } }
    copy.update(from: trainer.state)
    try checkIsFinite()
    let (copy, folder, keep) = (copy, folder, keep)
    let encode = trainer.checkpointEncoder
    try worker.submit { () throws(TrainingError) in
      try folder.save(encode(copy), completedEpochs: completedEpochs, keep: keep)
    }
  }

  /// An update with too large a rate may overflow the parameters themselves: what is of no use is no checkpoint.
  private func checkIsFinite() throws(TrainingError) {
    guard !copy.isFinite else { return }
    let progress = copy.progress
    // The last step that was taken: after an epoch's end, that epoch's last one.
    let (epoch, step) =
      progress.step > 0 ? (progress.epoch, progress.step - 1) : (progress.epoch - 1, trainer.stepsPerEpoch - 1)
    let loss = progress.step > 0 ? progress.sums.mean.loss : progress.records.last?.training.loss ?? 0
    throw .diverged(Divergence(kind: .parameters, loss: loss, epoch: epoch, step: step), record: nil)
  }

  /// Tells of checkpoints that were completed, and throws the error of one that wasn't.
  func check() throws(TrainingError) {
    announce()
    if let error = worker.error { throw error }
  }

  /// Waits until all checkpoints are complete.
  ///
  /// - Throws: the error of one that is to end the run, or of the last one in any case.
  func finish() throws(TrainingError) {
    defer { announce() }
    try worker.wait()
    if let error = worker.lastError { throw error }
  }

  /// Waits for the checkpoint under way, whatever becomes of it, and ends the thread.
  func end() { worker.end() }

  private func announce() {
    let count = worker.doneCount
    for _ in announcedCount..<count {
      for callback in callbacks { callback.checkpointDidSave(folder.newestCheckpoint) }
    }
    announcedCount = count
  }
}
