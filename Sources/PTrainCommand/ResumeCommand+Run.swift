import PTrainCore
import PTrainData
import PTrainReport
import PTrainStorage
import PTrainTraining

extension ResumeCommand {
  package func run() throws {
    let start = MonotonicClock.nanoseconds()
    let signals = StopSignals()
    let folder = RunFolder(of: self.checkpoint)
    let lock = try lock(folder)
    let checkpoint = try openCheckpoint(in: folder)
    let dataset = try DataSetFolder.open(data ?? checkpoint.datasetPath)
    let settings = try settings(keptIn: folder, job: checkpoint.job)
    let trainer = try Trainer(resuming: checkpoint, on: dataset, execution: settings.execution)
    warn(of: trainer.environment.differences(from: checkpoint.environment))
    let watchdog = safety.watchdog(trainer)
    try TrainingSession(
      trainer, folder: folder, settings: settings, epochCount: epochs ?? checkpoint.progress.epochsWanted,
      reporter: ConsoleReporter(output), signals: signals, output: output, start: start
    ).run()
    extendLifetime((lock, watchdog))
  }

  /// What isn't there can't be locked; opening the checkpoint says so.
  private func lock(_ folder: RunFolder) throws -> FolderLock? {
    DurableFile.exists(checkpoint) ? try folder.lock() : nil
  }

  /// The file that was named; of a folder, the newest checkpoint that is whole.
  private func openCheckpoint(in folder: RunFolder) throws -> Checkpoint {
    guard DurableFile.isFolder(checkpoint) else {
      let named = try Checkpoint(path: checkpoint)
      guard named.incident == nil else { throw DivergedStepNamed(path: checkpoint) }
      return named
    }
    let opened = try folder.openNewest()
    for fault in opened.faults { StandardStream.error.write("ptrain: warning: \(fault)\n") }
    if !opened.faults.isEmpty {
      StandardStream.error.write("ptrain: warning: going on from \(opened.path), the newest that is whole\n")
    }
    return opened.checkpoint
  }

  /// What was named now, else what the run was begun with, else the defaults.
  private func settings(keptIn folder: RunFolder, job: Job) throws -> RunSettings {
    var settings = try RunSettings(keptIn: folder) ?? RunSettings(threads: job.microbatchCount)
    if let threads { settings.threads = threads }
    if let memoryBudget { settings.memoryBudget = memoryBudget.bytes }
    if let checkpointEvery { settings.checkpointEvery = checkpointEvery }
    if let keep { settings.keep = keep.count }
    settings.eventFolder = try eventFolder(before: settings.eventFolder)
    if let tensorboardEvery { settings.eventsEvery = tensorboardEvery }
    guard settings.eventFolder != nil || settings.eventsEvery == nil else { throw OptionConflict.eventsWithoutFolder }
    if let policy = safety.onCheckpointError { settings.onCheckpointError = policy }
    return settings
  }

  /// The run's own folder for events, or another one, which must be free.
  private func eventFolder(before: String?) throws -> String? {
    guard let tensorboard else { return before }
    if let before, EventFolder(of: before).isSame(as: tensorboard) { return before }
    return try EventFolder(new: tensorboard).path
  }

  private func warn(of differences: [String]) {
    guard !differences.isEmpty else { return }
    StandardStream.error.write(
      "ptrain: warning: the result may differ in its last bits from a run that was never moved: "
        + differences.joined(separator: "; ") + "\n")
  }
}

/// To go on from the record of a step that diverged would end there again: the same job gives the same bits.
private struct DivergedStepNamed: DiagnosableError {
  let path: String

  var diagnosis: Diagnosis {
    Diagnosis(
      .malformedData, found: "\(path), the record of a step that diverged", expected: "a checkpoint to go on from",
      remedy: "look at it with `ptrain replay \(path)`, or name a checkpoint of the run")
  }
}
