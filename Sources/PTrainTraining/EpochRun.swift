import PTrainCore
import PTrainData
import PTrainParallel
import PTrainRanks

/// One epoch of a run, or what was left of it: training in segments, validation, checkpoint.
///
/// Segments end where a checkpoint or a progress report is due; nothing else depends on where they end.
struct EpochRun {
  private static let secondsBetweenReports = 0.1
  /// Steps of the first segment, before it is known how long one takes.
  private static let firstSegment = 64

  let trainer: Trainer
  /// `nil` where no checkpoints are kept.
  let writer: CheckpointWriter?
  let checkpointEvery: Int?
  let callbacks: [any TrainingCallback]

  /// Runs the epoch to its end.
  ///
  /// - Returns: what it came to; `nil` if it was stopped before its end.
  func run() throws(TrainingError) -> EpochSummary? {
    let start = MonotonicClock.nanoseconds()
    let progress = trainer.state.progress
    var times = TeamTimes()
    _ = trainer.takeLoaderTimes()
    _ = trainer.takeCommunicationTimes()
    let activity = trainer.activity
    activity.enter(.preparing)
    try trainer.prepareRows(epoch: progress.epoch, step: progress.step)
    while trainer.state.progress.step < trainer.stepsPerEpoch {
      try writer?.check()
      if trainer.isStopped {
        try save(completedEpochs: nil)
        return nil
      }
      activity.enter(.training)
      times += try trainer.advance(stepCount: nextSegment(firstStep: progress.step, start: start))
      activity.enter(.telling)
      report(firstStep: progress.step, start: start)
      if isCheckpointDue { try save(completedEpochs: nil) }
    }
    let trainSeconds = MonotonicClock.seconds(since: start)
    let loader = trainer.takeLoaderTimes()
    let communication = trainer.takeCommunicationTimes()
    // Of the lanes, one speaks to other ranks, and the others wait for it.
    times.phaseWait += communication?.exposed ?? 0
    activity.enter(.preparing)
    if progress.epoch + 1 < progress.epochsWanted { try trainer.prepareRows(epoch: progress.epoch + 1, step: 0) }
    activity.enter(.validating)
    let validation = try trainer.validate()
    if trainer.isStopped {
      // Validation may have been cut short: the checkpoint stands behind the last step and before it.
      try save(completedEpochs: nil)
      return nil
    }
    let epoch = complete(validation, PhaseShares(times, loader), firstSample: progress.sums.samples)
    try save(completedEpochs: epoch.epoch + 1)
    return epoch.timed(
      train: trainSeconds, whole: MonotonicClock.seconds(since: start), dataWait: Double(loader.dataWait) * 1e-9,
      communication: communication.map(Communication.init))
  }

  /// All ranks come here at the same steps, whoever of them writes.
  private func save(completedEpochs: Int?) throws(TrainingError) {
    trainer.gatherState()
    try writer?.save(completedEpochs: completedEpochs)
  }

  /// How many steps to take before the next look around.
  private func nextSegment(firstStep: Int, start: UInt64) -> Int {
    let step = trainer.state.progress.step
    var count = min(trainer.stepsPerEpoch - step, Self.firstSegment)
    if step > firstStep {
      let secondsPerStep = MonotonicClock.seconds(since: start) / Double(step - firstStep)
      let due = Self.secondsBetweenReports / max(secondsPerStep, 1e-9)
      count = min(trainer.stepsPerEpoch - step, max(1, Int(min(due, 1e9))))
    }
    for interval in [checkpointEvery] + callbacks.map(\.stepInterval) {
      // Callbacks come from outside: no interval below 1 is believed.
      guard let interval = interval.map({ max(1, $0) }) else { continue }
      count = min(count, interval - trainer.state.progress.globalStep % interval)
    }
    return count
  }

  private var isCheckpointDue: Bool {
    guard let checkpointEvery, trainer.state.progress.step < trainer.stepsPerEpoch else { return false }
    return trainer.state.progress.globalStep % checkpointEvery == 0
  }

  private func report(firstStep: Int, start: UInt64) {
    guard !callbacks.isEmpty else { return }
    let progress = trainer.state.progress
    let elapsed = MonotonicClock.seconds(since: start)
    let samples = Double((progress.step - firstStep) * trainer.job.batchSize)
    let report = StepProgress(
      epoch: progress.epoch, epochCount: progress.epochsWanted, step: progress.step,
      stepCount: trainer.stepsPerEpoch, training: progress.sums.mean, elapsedSeconds: elapsed,
      samplesPerSecond: samples / max(elapsed, 1e-9))
    for callback in callbacks { callback.stepsDidAdvance(report) }
  }

  /// Moves the state's progress to the next epoch and returns what this one came to, without times.
  private func complete(
    _ validation: Evaluation?, _ phases: PhaseShares, firstSample: Int
  ) -> EpochSummary {
    let progress = trainer.state.progress
    let summary = EpochSummary(
      epoch: progress.epoch, training: progress.sums.mean, validation: validation, globalStep: progress.globalStep,
      sampleCount: progress.sums.samples, trainSeconds: 0, epochSeconds: 0, dataWaitSeconds: 0, phases: phases)
    trainer.state.progress.records.append(EpochRecord(summary))
    trainer.state.progress.epoch += 1
    trainer.state.progress.step = 0
    trainer.state.progress.sums = RunningSums()
    return summary
  }

}

extension EpochSummary {
  fileprivate func timed(
    train: Double, whole: Double, dataWait: Double, communication: Communication?
  ) -> EpochSummary {
    EpochSummary(
      epoch: epoch, training: training, validation: validation, globalStep: globalStep, sampleCount: sampleCount,
      trainSeconds: train, epochSeconds: whole, dataWaitSeconds: dataWait, phases: phases,
      communication: communication)
  }
}

extension Communication {
  fileprivate init(_ times: ExchangeTimes) {
    self.init(
      seconds: Double(times.communication) * 1e-9, hiddenSeconds: Double(times.hidden) * 1e-9,
      exposedSeconds: Double(times.exposed) * 1e-9)
  }
}

extension PhaseShares {
  /// Shares of the lanes' time; what is neither waiting nor decoding is computing.
  init(_ team: TeamTimes, _ loader: LoaderTimes) {
    let whole = Double(max(team.lanes, 1))
    let dataWait = Double(loader.dataWait) / whole
    let reductionWait = Double(team.phaseWait) / whole
    self.init(compute: max(0, 1 - dataWait - reductionWait), dataWait: dataWait, reductionWait: reductionWait)
  }
}

extension TeamTimes {
  static func += (total: inout TeamTimes, part: TeamTimes) {
    total.lanes += part.lanes
    total.phaseWait += part.phaseWait
  }
}
