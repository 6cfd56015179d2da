import PTrainCore
import PTrainStorage

/// Writes a run's checkpoints while training goes on: the state is copied between two steps, and a thread of
/// its own seals, compresses and stores the copy.
final class CheckpointWriter {
  private let trainer: Trainer
  private let folder: RunFolder
  private let keep: Int?
  private let callbacks: [any TrainingCallback]
  private let worker = BackgroundWorker<TrainingError>(name: "ptrain-writer")
  /// The copy that is written; its memory serves all checkpoints.
  private let copy: TrainingState
  private var announcedCount = 0

  init(_ trainer: Trainer, folder: RunFolder, keep: Int?, callbacks: [any TrainingCallback]) {
    self.trainer = trainer
    self.folder = folder
    self.keep = keep
    self.callbacks = callbacks
    copy = TrainingState(likeThatOf: trainer.state)
  }

  /// Begins to write the state as it is; waits for the checkpoint before, if that is still being written.
  ///
  /// - Throws: the error of an earlier checkpoint.
  func save(completedEpochs: Int?) throws(TrainingError) {
    try worker.wait()
    announce()
    copy.update(from: trainer.state)
    let (copy, folder, keep) = (copy, folder, keep)
    let encode = trainer.checkpointEncoder
    try worker.submit { () throws(TrainingError) in
      try folder.save(encode(copy), completedEpochs: completedEpochs, keep: keep)
    }
  }

  /// Tells of checkpoints that were completed, and throws the error of one that wasn't.
  func check() throws(TrainingError) {
    announce()
    if let error = worker.error { throw error }
  }

  /// Waits until all checkpoints are complete.
  func finish() throws(TrainingError) {
    defer { announce() }
    try worker.wait()
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
