import PTrainCore
import PTrainData
import PTrainRanks
import PTrainReport
import PTrainStorage
import PTrainTraining

extension ResumeCommand {
  package func run() throws {
    let start = MonotonicClock.nanoseconds()
    let signals = StopSignals()
    try RankedCommand.run { try run(in: $0, signals: signals, start: start) }
  }

  private func run(in group: RankGroup, signals: StopSignals, start: UInt64) throws {
    let folder = RunFolder(of: self.checkpoint)
    let isFirst = group.rank == 0
    let (lock, kept) = try group.agree {
      try (isFirst ? self.lock(folder) : nil, isFirst ? self.open(in: folder) : nil)
    }
    let (checkpoint, settings) = try group.agree { try Kept.shared(kept, in: group) }
    let trainer = try group.agree { () throws in
      let dataset = try DataSetFolder.open(data ?? checkpoint.datasetPath)
      return try Trainer(resuming: checkpoint, on: dataset, execution: settings.execution(in: group))
    }
    StandardStream.warn(try RankIntroduction.check(trainer, in: group), in: group)
    let epochCount = epochs ?? checkpoint.progress.epochsWanted
    let watchdog = safety.watchdog(trainer)
    defer { extendLifetime((lock, watchdog)) }
    guard isFirst else {
      return try RankFollower(
        trainer: trainer, epochCount: epochCount, checkpointEvery: settings.checkpointEvery, signals: signals
      ).run()
    }
    warn(of: trainer.environment.differences(from: checkpoint.environment))
    try TrainingSession(
      trainer, folder: folder, settings: settings, epochCount: epochCount, reporter: ConsoleReporter(output),
      signals: signals, output: output, start: start
    ).run()
  }

  /// What is kept of a run in its folder.
  private struct Kept {
    let checkpoint: Checkpoint
    let path: String
    let settings: RunSettings

    /// What rank 0 has opened, in all ranks: other hosts may not see the folder.
    static func shared(_ kept: Kept?, in group: RankGroup) throws -> (Checkpoint, RunSettings) {
      if let kept, group.isAlone { return (kept.checkpoint, kept.settings) }
      let bytes = group.broadcast(
        try kept.map { kept in try DurableFile.read(kept.path, limit: Checkpoint.largestBytes) } ?? [])
      let settings = group.broadcast(kept?.settings.bytes ?? [])
      return try (
        Checkpoint(bytes: bytes, path: "rank 0's checkpoint"), RunSettings(bytes: settings, path: "rank 0's settings")
      )
    }
  }

  private func open(in folder: RunFolder) throws -> Kept {
    let (checkpoint, path) = try openCheckpoint(in: folder)
    return Kept(checkpoint: checkpoint, path: path, settings: try settings(keptIn: folder, job: checkpoint.job))
  }

  /// What isn't there can't be locked; opening the checkpoint says so.
  private func lock(_ folder: RunFolder) throws -> FolderLock? {
    DurableFile.exists(checkpoint) ? try folder.lock() : nil
  }

  /// The file that was named; of a folder, the newest checkpoint that is whole.
  private func openCheckpoint(in folder: RunFolder) throws -> (Checkpoint, path: String) {
    guard DurableFile.isFolder(checkpoint) else {
      let named = try Checkpoint(path: checkpoint)
      guard named.incident == nil else { throw DivergedStepNamed(path: checkpoint) }
      return (named, checkpoint)
    }
    let opened = try folder.openNewest()
    for fault in opened.faults { StandardStream.error.write("ptrain: warning: \(fault)\n") }
    if !opened.faults.isEmpty {
      StandardStream.error.write("ptrain: warning: going on from \(opened.path), the newest that is whole\n")
    }
    return (opened.checkpoint, opened.path)
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
