import PTrain
import PTrainCore
import PTrainReport
import PTrainStorage
import PTrainTraining

extension ReplayCommand {
  package func run() throws {
    let path = RunFolder.checkpointPath(self.checkpoint)
    let checkpoint = try Checkpoint(path: path)
    let dataset = try DataSetFolder.open(data ?? checkpoint.datasetPath)
    let execution = Execution(threads: threads ?? checkpoint.job.microbatchCount)
    if let incident = checkpoint.incident {
      let trainer = try Trainer(resuming: checkpoint, on: dataset, execution: execution)
      return try repeatStep(incident, of: checkpoint, trainer)
    }
    let folder = RunFolder(of: path)
    let trainer: Trainer
    if lastEpoch, let earlier = try earlierCheckpoint(than: checkpoint, in: folder) {
      trainer = try Trainer(resuming: earlier, on: dataset, execution: execution)
    } else {
      let model = try start.map { try TrainedModel(contentsOf: $0) }
      guard checkpoint.job.initialParameters == nil || model != nil else {
        throw ReplayError.startMissing(path: path)
      }
      trainer = try Trainer(checkpoint.job, on: dataset, execution: execution, startingFrom: model)
    }
    try compare(path, checkpoint, in: folder, trainer)
  }

  /// The epoch's end before `checkpoint`; `nil` for the start of the job.
  private func earlierCheckpoint(than checkpoint: Checkpoint, in folder: RunFolder) throws -> Checkpoint? {
    let progress = checkpoint.progress
    let epochs = progress.step > 0 ? progress.epoch : progress.epoch - 1
    return epochs > 0 ? try Checkpoint(path: folder.checkpoint(ofEpoch: epochs)) : nil
  }

  private func compare(_ path: String, _ checkpoint: Checkpoint, in folder: RunFolder, _ trainer: Trainer) throws {
    let signals = StopSignals()
    signals.arm(trainer.stop)
    let replay = RunReplay(checkpoint, in: folder, with: trainer)
    let progress = ReplayProgress(epochCount: checkpoint.progress.epochsWanted, json: json)
    try replay.run(callbacks: [progress])
    progress.end()
    guard replay.isComplete else {
      guard let number = signals.received else { throw ReplayError.incomplete(path: path) }
      throw StoppedBySignal(number: number, situation: "before the replay of \(path) was complete; nothing was written")
    }
    let changes = trainer.environment.differences(from: checkpoint.environment)
    let outcome = ReplayOutcome(
      checkpoint: path, recorded: checkpoint.parametersDigest, found: trainer.state.parametersDigest,
      difference: replay.difference, environmentChanges: changes)
    StandardStream.output.write(json ? outcome.json + "\n" : outcome.text)
    if let difference = replay.difference { throw ReplayError.otherRun(path: path, difference, changes) }
  }

  private func repeatStep(_ incident: Incident, of checkpoint: Checkpoint, _ trainer: Trainer) throws {
    let found = try trainer.repeatIncident()
    StandardStream.output.write(
      json
        ? IncidentReport.json(incident, reproduced: found == incident) + "\n"
        : IncidentReport.text(incident, reproduced: found == incident))
    guard found == incident else {
      throw ReplayError.otherStep(
        path: self.checkpoint, found?.loss, trainer.environment.differences(from: checkpoint.environment))
    }
  }
}

/// Shows a replay's progress as a training's.
private final class ReplayProgress: TrainingCallback {
  private var reporter: ConsoleReporter
  private let epochCount: Int
  private let start = MonotonicClock.nanoseconds()

  init(epochCount: Int, json: Bool) {
    self.epochCount = epochCount
    reporter = ConsoleReporter(
      style: json ? .json : .text, isQuiet: false,
      terminal: TerminalCapabilities(descriptor: StandardStream.output.rawValue))
  }

  func stepsDidAdvance(_ progress: StepProgress) {
    reporter.stepDidEnd(progress, atSeconds: MonotonicClock.seconds(since: start))
  }

  func epochDidEnd(_ summary: EpochSummary) { reporter.epochDidEnd(summary, epochCount: epochCount) }

  func end() { reporter.eraseBar() }
}

/// Why a replay has no good end.
private enum ReplayError: DiagnosableError {
  case startMissing(path: String)
  case incomplete(path: String)
  case otherRun(path: String, RunReplay.Difference, [String])
  case otherStep(path: String, Double?, [String])

  var diagnosis: Diagnosis {
    switch self {
    case .startMissing(let path):
      Diagnosis(
        .usage, found: "\(path), a run that started from another model", expected: "that model",
        remedy: "name it with --init")
    case .incomplete(let path):
      Diagnosis(
        .fault, found: "a replay of \(path) that ended before its place", expected: "one to its end",
        remedy: "start it again")
    case .otherRun(let path, let difference, let changes):
      Diagnosis(
        .otherBits, found: "other bits than in \(path): \(ReplayOutcome.text(difference))",
        expected: "the recorded ones", remedy: Self.remedy(changes))
    case .otherStep(let path, let loss, let changes):
      Diagnosis(
        .otherBits, found: "another step than in \(path): \(loss.map { "a loss of \($0)" } ?? "one that is finite")",
        expected: "the recorded one", remedy: Self.remedy(changes))
    }
  }

  private static func remedy(_ changes: [String]) -> String {
    changes.isEmpty
      ? "the environment is the recorded one, so the file was altered or a machine made an error"
      : "the environment has changed: " + changes.joined(separator: "; ")
  }
}
