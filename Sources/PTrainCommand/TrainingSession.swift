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
  private let output: OutputOptions
  private var reporter: ConsoleReporter
  private var history: HistoryFile
  private var events: EventLog?
  /// Replaces the history's file, and brings events to the disk, while training goes on.
  private let historyWriter = BackgroundWorker<StorageError>(name: "ptrain-history")
  /// Why history or events could not be written.
  private var writingError: StorageError?

  /// - Parameter start: when the command began, of ``MonotonicClock``.
  init(
    _ trainer: Trainer, folder: RunFolder, settings: RunSettings, epochCount: Int, output: OutputOptions, start: UInt64
  ) throws {
    self.trainer = trainer
    self.folder = folder
    self.settings = settings
    self.epochCount = epochCount
    self.start = start
    self.output = output
    reporter = ConsoleReporter(output)
    try folder.removeLeftovers(completedEpochs: trainer.state.progress.epoch)
    history = try HistoryFile(folder: folder, records: trainer.state.progress.records)
    try history.removeLeftovers()
    try settings.save(in: folder)
    try history.save()
    events = try settings.eventFolder.map { path in
      try EventLog(
        in: EventFolder(of: path), epochs: history.epochs, globalStep: trainer.state.progress.globalStep,
        learningRate: Double(trainer.job.optimizer.learningRate), hasSteps: settings.eventsEvery != nil)
    }
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
    if let writingError { throw writingError }
    try historyWriter.wait()
    let test = trainer.dataset.test
    let evaluation = try test.map { _ in try trainer.evaluate() }
    reporter.runDidEnd(
      RunOutcome(
        epochs: trainer.history.epochs, test: evaluation, testSampleCount: test?.count ?? 0,
        checkpoint: folder.newestCheckpoint, parametersDigest: trainer.state.parametersDigest,
        wallSeconds: MonotonicClock.seconds(since: start), peakMemoryBytes: PeakMemory.bytes()))
    if !output.noPlot { RunCurves.draw(in: folder, loss: trainer.job.loss, output: output) }
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

  /// Whoever asked for files wants them whole: the first that fails ends the run, after a checkpoint.
  private func write(_ body: () throws(StorageError) -> Void) {
    do throws(StorageError) {
      try body()
    } catch {
      // It is thrown when the trainer has come to rest.
      writingError = writingError ?? error
      trainer.stop.raise()
    }
  }
}
