import PTrainCore
import PTrainData
import PTrainReport
import PTrainStorage
import PTrainTraining

/// A run from the first or the next epoch to its end, with all that is told and kept of it: what `train`
/// and `resume` share.
final class TrainingSession {
  private let trainer: Trainer
  private let folder: RunFolder
  private let settings: RunSettings
  private let start: UInt64
  private let epochCount: Int
  private var reporter: ConsoleReporter
  private var history: HistoryFile
  /// Replaces the history's file while training goes on.
  private let historyWriter = BackgroundWorker<StorageError>(name: "ptrain-history")

  /// - Parameter start: when the command began, of ``MonotonicClock``.
  init(
    _ trainer: Trainer, folder: RunFolder, settings: RunSettings, epochCount: Int, output: OutputOptions, start: UInt64
  ) throws {
    self.trainer = trainer
    self.folder = folder
    self.settings = settings
    self.epochCount = epochCount
    self.start = start
    reporter = ConsoleReporter(output)
    try folder.removeLeftovers(completedEpochs: trainer.state.progress.epoch)
    history = try HistoryFile(folder: folder, records: trainer.state.progress.records)
    try settings.save(in: folder)
    try history.save()
  }

  /// Trains up to the last epoch, evaluates, and tells what the run came to.
  func run() throws {
    defer { historyWriter.end() }
    do {
      try trainer.fit(
        epochs: epochCount, saving: folder, checkpointEvery: settings.checkpointEvery, keep: settings.keep,
        callbacks: [self])
    } catch {
      reporter.eraseBar()
      throw error
    }
    try historyWriter.wait()
    let test = trainer.dataset.test
    let evaluation = try test.map { _ in try trainer.evaluate() }
    reporter.runDidEnd(
      RunOutcome(
        epochs: trainer.history.epochs, test: evaluation, testSampleCount: test?.count ?? 0,
        checkpoint: folder.newestCheckpoint, parametersDigest: trainer.state.parametersDigest,
        wallSeconds: MonotonicClock.seconds(since: start), peakMemoryBytes: PeakMemory.bytes()))
  }
}

extension TrainingSession: TrainingCallback {
  func stepsDidAdvance(_ progress: StepProgress) {
    reporter.stepDidEnd(progress, atSeconds: MonotonicClock.seconds(since: start))
  }

  func epochDidEnd(_ summary: EpochSummary) {
    do throws(StorageError) {
      history.append(summary)
      let file = history
      try historyWriter.submit { () throws(StorageError) in try file.save() }
    } catch {
      // It is thrown when the trainer has come to rest.
      trainer.stop.raise()
    }
    reporter.epochDidEnd(summary, epochCount: epochCount)
  }
}
