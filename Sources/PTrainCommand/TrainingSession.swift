import Glibc
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
  /// Of a command, whose run's curves are drawn; `nil` for none.
  private let output: OutputOptions?
  private var reporter: ConsoleReporter
  private var history: HistoryFile
  private var events: EventLog?
  /// Replaces the history's file, and brings events to the disk, while training goes on.
  private let historyWriter: BackgroundWorker<StorageError>
  /// Why history or events could not be written.
  private var writingError: StorageError?
  private let warn: (String) -> Void
  private let policy: CheckpointErrorPolicy

  /// The caller holds the folder's lock.
  ///
  /// - Parameters:
  ///   - output: of the command, which draws the run's curves; `nil` for none.
  ///   - start: when the command began, of ``MonotonicClock``.
  ///   - warn: receives what is not as it should be and doesn't end the run.
  init(
    _ trainer: Trainer, folder: RunFolder, settings: RunSettings, epochCount: Int, reporter: ConsoleReporter,
    signals: StopSignals? = nil, output: OutputOptions? = nil, start: UInt64 = MonotonicClock.nanoseconds(),
    warn: @escaping (String) -> Void = { StandardStream.error.write("ptrain: warning: \($0)\n") }
  ) throws {
    self.trainer = trainer
    self.folder = folder
    self.settings = settings
    self.epochCount = epochCount
    self.start = start
    self.reporter = reporter
    self.signals = signals
    self.output = output
    self.warn = warn
    policy = settings.onCheckpointError ?? .fail
    historyWriter = BackgroundWorker(name: "ptrain-history", goesOnAfterErrors: policy == .continue)
    history = try HistoryFile(folder: folder, records: trainer.state.progress.records)
    try tolerating { () throws(TrainingError) in try folder.removeLeftovers() }
    try tolerating { () throws(TrainingError) in try settings.save(in: folder) }
    try tolerating { [history] () throws(StorageError) in try history.save() }
    events = try settings.eventFolder.map { path in
      try EventLog(
        in: EventFolder(of: path), epochs: history.epochs, globalStep: trainer.state.progress.globalStep,
        learningRate: Double(trainer.job.optimizer.learningRate), hasSteps: settings.eventsEvery != nil)
    }
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
    if let writingError { throw writingError }
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
    if let output, !output.noPlot { RunCurves.draw(in: folder, loss: trainer.job.loss, output: output) }
  }

  private func checkSignals() throws(StoppedBySignal) {
    guard let number = signalThatStopped else { return }
    reporter.eraseBar()
    let progress = trainer.state.progress
    throw StoppedBySignal(number: number, folder: folder, epoch: progress.epoch, step: progress.step)
  }

  /// With other ranks, what counts is what all of them have agreed on; the signal may have come to another one.
  private var signalThatStopped: Int32? {
    if trainer.execution.ranks.isAlone { return signals?.received }
    return trainer.isStopped ? signals?.received ?? SIGTERM : nil
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
  var stepInterval: Int? { events == nil ? nil : settings.eventsEvery }

  func stepsDidAdvance(_ progress: StepProgress) {
    if let every = stepInterval, progress.globalStep.isMultiple(of: every) {
      write { () throws(StorageError) in try events?.stepsDidAdvance(progress) }
    }
    reporter.stepDidEnd(progress, atSeconds: MonotonicClock.seconds(since: start))
  }

  func epochDidEnd(_ summary: EpochSummary) {
    history.append(summary)
    if let error = historyWriter.lastError, policy == .continue { tellOf(error) }
    write { () throws(StorageError) in try events?.epochDidEnd(summary) }
    let (file, log) = (history, events)
    write { () throws(StorageError) in
      try historyWriter.submit { () throws(StorageError) in
        try file.save()
        try log?.synchronise()
      }
    }
    reporter.epochDidEnd(summary, epochCount: epochCount)
  }

  /// Whoever asked for files wants them whole: the first that fails ends the run, after a checkpoint, unless it is
  /// to go on without.
  private func write(_ body: () throws(StorageError) -> Void) {
    do throws(StorageError) {
      try body()
    } catch {
      guard policy == .fail else { return tellOf(error) }
      // It is thrown when the trainer has come to rest.
      writingError = writingError ?? error
      trainer.stop.raise()
    }
  }

  func checkpointDidFail(_ error: TrainingError) { tellOf(error) }

  private func tellOf(_ error: some DiagnosableError) {
    reporter.eraseBar()
    warn("\(error.description); training goes on without, and the next one is tried")
  }
}
