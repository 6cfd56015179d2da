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
  private let signals: StopSignals?
  private var reporter: ConsoleReporter
  private var history: HistoryFile
  /// Replaces the history's file while training goes on.
  private let historyWriter: BackgroundWorker<StorageError>
  private let warn: (String) -> Void
  private let policy: CheckpointErrorPolicy

  /// The caller holds the folder's lock.
  ///
  /// - Parameters:
  ///   - start: when the command began, of ``MonotonicClock``.
  ///   - warn: receives what is not as it should be and doesn't end the run.
  init(
    _ trainer: Trainer, folder: RunFolder, settings: RunSettings, epochCount: Int, reporter: ConsoleReporter,
    signals: StopSignals? = nil, start: UInt64 = MonotonicClock.nanoseconds(),
    warn: @escaping (String) -> Void = { StandardStream.error.write("ptrain: warning: \($0)\n") }
  ) throws {
    self.trainer = trainer
    self.folder = folder
    self.settings = settings
    self.epochCount = epochCount
    self.start = start
    self.reporter = reporter
    self.signals = signals
    self.warn = warn
    policy = settings.onCheckpointError ?? .fail
    historyWriter = BackgroundWorker(name: "ptrain-history", goesOnAfterErrors: policy == .continue)
    history = try HistoryFile(folder: folder, records: trainer.state.progress.records)
    try tolerating { () throws(TrainingError) in try folder.removeLeftovers() }
    try tolerating { () throws(TrainingError) in try settings.save(in: folder) }
    try tolerating { [history] () throws(StorageError) in try history.save() }
  }

  /// Trains up to the last epoch, evaluates, and tells what the run came to.
  func run() throws {
    defer { historyWriter.end() }
    signals?.arm(trainer.stop)
    do {
      try trainer.fit(
        epochs: epochCount, saving: folder, checkpointEvery: settings.checkpointEvery, keep: settings.keep,
        onCheckpointError: policy, callbacks: [self])
    } catch {
      reporter.eraseBar()
      throw error
    }
    try historyWriter.wait()
    if let error = historyWriter.lastError { throw error }
    try checkSignals()
    let test = trainer.dataset.test
    let evaluation = try test.map { _ in try trainer.evaluate(until: trainer.stop) }
    try checkSignals()
    reporter.runDidEnd(
      RunOutcome(
        epochs: trainer.history.epochs, test: evaluation, testSampleCount: test?.count ?? 0,
        checkpoint: folder.newestCheckpoint, parametersDigest: trainer.state.parametersDigest,
        wallSeconds: MonotonicClock.seconds(since: start), peakMemoryBytes: PeakMemory.bytes()))
  }

  private func checkSignals() throws(StoppedBySignal) {
    guard let number = signals?.received else { return }
    reporter.eraseBar()
    let progress = trainer.state.progress
    throw StoppedBySignal(number: number, folder: folder, epoch: progress.epoch, step: progress.step)
  }

  /// Writes something that can be made again, so that a run that goes on without checkpoints goes on without it.
  private func tolerating<Failure: DiagnosableError>(_ write: () throws(Failure) -> Void) throws(Failure) {
    do {
      try write()
    } catch {
      guard policy == .continue else { throw error }
      warn(error.description)
    }
  }
}

extension TrainingSession: TrainingCallback {
  func stepsDidAdvance(_ progress: StepProgress) {
    reporter.stepDidEnd(progress, atSeconds: MonotonicClock.seconds(since: start))
  }

  func epochDidEnd(_ summary: EpochSummary) {
    history.append(summary)
    if let error = historyWriter.lastError, policy == .continue { tellOf(error) }
    do throws(StorageError) {
      let file = history
      try historyWriter.submit { () throws(StorageError) in try file.save() }
    } catch {
      // It is thrown when the trainer has come to rest.
      trainer.stop.raise()
    }
    reporter.epochDidEnd(summary, epochCount: epochCount)
  }

  func checkpointDidFail(_ error: TrainingError) { tellOf(error) }

  private func tellOf(_ error: some DiagnosableError) {
    reporter.eraseBar()
    warn("\(error.description); training goes on without, and the next one is tried")
  }
}
