import PTrainData
import PTrainTraining

/// A run as all ranks but the first see it: they train and evaluate, and rank 0 writes and tells.
struct RankFollower {
  let trainer: Trainer
  let epochCount: Int
  let checkpointEvery: Int?
  let signals: StopSignals

  func run() throws {
    signals.arm(trainer.stop)
    try trainer.fit(epochs: epochCount, checkpointEvery: checkpointEvery)
    guard !trainer.isStopped, trainer.dataset.test != nil else { return }
    _ = try trainer.evaluate(until: trainer.stop)
  }
}
