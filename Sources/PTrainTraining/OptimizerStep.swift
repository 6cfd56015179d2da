import PTrainCore
import PTrainData
import PTrainKernels
import PTrainNetwork
import PTrainParallel
import PTrainRanks

/// The optimizer steps of an epoch as work for a team.
///
/// A phase with a task for each microbatch: gather its rows, forward, loss, backward. A phase with a task for
/// each slice of the parameters: the sum of the microbatches' gradients there, and the update. How gradients
/// are held between the two is the ``GradientReduction``'s; it may also have the first layer formed by slices
/// in a phase before.
final class OptimizerStep: PhasedWork, @unchecked Sendable {
  // Sendable: a task writes to what belongs to its microbatch or slice, and slice 0's task alone to the
  // running sums; the team orders the phases.
  private enum Phase: CaseIterable {
    case firstLayer, firstLayerExchange, microbatches, gradientExchange, slices, parameterExchange

    /// Those of a step, in order.
    static func all(hasFirstLayer: Bool, hasRanks: Bool) -> [Phase] {
      allCases.filter { phase in
        switch phase {
        case .firstLayer: hasFirstLayer
        case .firstLayerExchange: hasFirstLayer && hasRanks
        case .gradientExchange, .parameterExchange: hasRanks
        case .microbatches, .slices: true
        }
      }
    }
  }

  let cycle: PhaseCycle
  let failure = FirstError<TrainingError>()
  private let run: RunContext
  private let reduction: any GradientReduction
  /// The other processes; `nil` if there are none.
  private let ranks: StepRanks?
  private let phases: [Phase]
  // This process's tasks of the phases that are shared with other ranks.
  private let ownFirstLayer: Range<Int>
  private let ownMicrobatches: Range<Int>
  private let ownSlices: Range<Int>
  private let firstLayerOutputs: [Range<Int>]
  private let lanes: [StepLane]
  private let records: MicrobatchRecords
  private let stop: StopFlag
  private let activity: TrainingActivity
  /// Where the team's cycle 0 is; set between two runs of the team.
  private var start = StepPosition(epoch: 0, step: 0, globalStep: 0)
  /// The epoch's running sums: slice 0's task adds to them.
  private let sums: UnsafeMutablePointer<RunningSums>

  init(_ run: RunContext, laneCount: Int, stop: StopFlag, activity: TrainingActivity) throws(TrainingError) {
    self.run = run
    self.stop = stop
    self.activity = activity
    let workspace = try rethrowing { () throws(ModelError) in
      try BatchWorkspace(for: run.network, rows: min(run.job.batchSize, run.trainingCount))
    }
    lanes = run.readers.indices.map { lane in
      StepLane(
        workspace: lane == 0 ? workspace : BatchWorkspace(sharing: workspace, for: run.network),
        reader: run.readers[lane],
        microbatchCount: run.job.microbatchCount)
    }
    reduction =
      switch run.job.reduction {
      case .buffered: try BufferedReduction(run, laneCount: laneCount)
      case .fused: FusedReduction(run)
      }
    records = MicrobatchRecords(count: run.job.microbatchCount)
    firstLayerOutputs = reduction.firstLayerOutputs
    ranks = run.group.isAlone ? nil : StepRanks(run, reduction, workspace, records: records)
    let own = (
      firstLayer: run.share.own(of: firstLayerOutputs.count), microbatches: run.share.own(of: run.job.microbatchCount),
      slices: reduction.slices
    )
    (ownFirstLayer, ownMicrobatches, ownSlices) = own
    phases = Phase.all(hasFirstLayer: !firstLayerOutputs.isEmpty, hasRanks: ranks != nil)
    // A rank that has no task in a phase has one that does nothing, and walks with the others.
    cycle = PhaseCycle(
      taskCounts: phases.map { phase in
        switch phase {
        case .firstLayer: max(1, own.firstLayer.count)
        case .microbatches: max(1, own.microbatches.count)
        case .slices: max(1, own.slices.count)
        case .firstLayerExchange, .gradientExchange, .parameterExchange: 1
        }
      })
    sums = .allocate(capacity: 1)
    sums.initialize(to: RunningSums())
  }

  deinit { sums.deallocate() }

  /// Has `team` take the next `stepCount` steps of the epoch, and moves the state's progress on.
  func advance(_ team: WorkerTeam, stepCount: Int) -> TeamTimes {
    let progress = run.state.progress
    start = StepPosition(epoch: progress.epoch, step: progress.step, globalStep: progress.globalStep)
    sums.pointee = progress.sums
    var (completed, times) = team.run(self, cycleCount: stepCount)
    // The step that failed went through its phases, but made no update.
    if failure.isReadable { completed = max(0, completed - 1) }
    run.state.progress.step += completed
    run.state.progress.globalStep += completed
    run.state.progress.sums = sums.pointee
    return times
  }

  func shouldStop(before cycle: Int) -> Bool { failure.isReadable || isStopped }

  /// Whether the run ends before its next step; with other ranks, whether all have agreed on it.
  var isStopped: Bool { ranks?.isStopAgreed ?? stop.isRaised }

  /// Rank 0 gets what the others hold of the optimizer's state. Between two runs of the team.
  func gatherOptimizerState() { ranks?.gatherOptimizerState() }

  /// How long other ranks were spoken to since the last call; `nil` if there are none.
  func takeCommunicationTimes() -> ExchangeTimes? { ranks?.takeTimes() }

  /// What the failed step left in the workspace.
  func failedRanges(rows: Range<Int>) -> [Incident.LayerRange] {
    run.network.ranges(lanes[0].workspace, rows: rows)
  }

  func perform(task: Int, at place: PhaseCycle.Place, lane: Int) {
    let step = start.advanced(by: place.cycle)
    perform(phases[place.phase], localTask: task, step: step, lane: lanes[lane])
  }

  /// Task number `localTask` of those that are this process's in `phase`, if it has so many.
  private func perform(_ phase: Phase, localTask: Int, step: StepPosition, lane: StepLane) {
    switch phase {
    case .firstLayer:
      guard localTask < ownFirstLayer.count else { return }
      performFirstLayer(firstLayerOutputs[ownFirstLayer.lowerBound + localTask], step: step, lane: lane)
    case .microbatches:
      if localTask == 0 { ranks?.beginGradients(sampleCount: samples(of: step).count) }
      guard localTask < ownMicrobatches.count else { return }
      performMicrobatch(ownMicrobatches.lowerBound + localTask, step: step, lane: lane)
    case .slices:
      performSlice(
        localTask < ownSlices.count ? ownSlices.lowerBound + localTask : nil, isFirst: localTask == 0, step: step,
        lane: lane)
    case .firstLayerExchange, .gradientExchange, .parameterExchange: exchange(phase, step: step)
    }
  }

  private func exchange(_ phase: Phase, step: StepPosition) {
    // Who has failed says nothing more: the other ranks are ended with this process.
    guard let ranks, !failure.isReadable else { return }
    let sampleCount = samples(of: step).count
    switch phase {
    case .firstLayerExchange: ranks.exchangeFirstLayer(sampleCount: sampleCount)
    case .gradientExchange: ranks.finishGradients(sampleCount: sampleCount, wantsToStop: stop.isRaised)
    default: ranks.exchangeParameters()
    }
  }

  private func samples(of step: StepPosition) -> Range<Int> {
    let first = step.step * run.job.batchSize
    return first..<min(first + run.job.batchSize, run.trainingCount)
  }

  private func plan(of step: StepPosition) -> MicrobatchPlan {
    MicrobatchPlan(batchSize: samples(of: step).count, count: run.job.microbatchCount)
  }

  private func performFirstLayer(_ outputs: Range<Int>, step: StepPosition, lane: StepLane) {
    guard gatherAll(of: step, lane: lane) else { return }
    run.network.formFirstProduct(
      outputs: outputs, parameters: UnsafePointer(run.state.parameters.base), workspace: lane.workspace,
      rows: 0..<samples(of: step).count)
  }

  private func performMicrobatch(_ microbatch: Int, step: StepPosition, lane: StepLane) {
    let rows = plan(of: step)[microbatch]
    guard !rows.isEmpty, !failure.isReadable, gather(microbatch, step: step, lane: lane) else { return }
    run.network.forward(
      parameters: UnsafePointer(run.state.parameters.base), workspace: lane.workspace, rows: rows,
      mode: .training(seed: run.job.seed, step: step.globalStep), hasFirstProduct: !firstLayerOutputs.isEmpty,
      hasTransposedWeights: lane.transposedStep.pointee == step.globalStep)
    lane.transposedStep.pointee = step.globalStep
    let sampleCount = samples(of: step).count
    let sum = run.network.loss(lane.workspace, rows: rows, gradientScale: 1 / Float(sampleCount))
    let bound = reduction.backward(
      microbatch: microbatch, rows: rows, workspace: lane.workspace,
      reach: ranks.map { ranks in { ranks.reach(mark: $0, sampleCount: sampleCount) } })
    records[microbatch] = MicrobatchRecord(sum: sum, gradientBound: bound)
  }

  /// Sees to it that all samples of the minibatch lie in `lane`'s own input; `false` if the data set is damaged.
  private func gatherAll(of step: StepPosition, lane: StepLane) -> Bool {
    for microbatch in 0..<plan(of: step).filledCount {
      guard gather(microbatch, step: step, lane: lane) else { return false }
    }
    return true
  }

  /// Converts the samples of `microbatch` into `lane`'s own input, unless they are there; `false` if the data
  /// set is damaged.
  private func gather(_ microbatch: Int, step: StepPosition, lane: StepLane) -> Bool {
    guard lane.gatheredSteps[microbatch] != step.globalStep else { return true }
    let first = samples(of: step).lowerBound
    let rows = plan(of: step)[microbatch]
    do throws(DatasetError) {
      try run.rows.gather(
        (first + rows.lowerBound)..<(first + rows.upperBound), minibatchStart: first,
        into: lane.workspace.input.rows(rows),
        labels: UnsafeMutableBufferPointer(rebasing: lane.workspace.labels[rows]), by: lane.reader)
    } catch {
      failure.record(.other(error.diagnosis))
      return false
    }
    lane.gatheredSteps[microbatch] = step.globalStep
    return true
  }

  private func divergence(_ total: MicrobatchRecord, at step: StepPosition) -> Divergence {
    let kind: Divergence.Kind =
      !run.state.isFinite ? .parameters : total.sum.loss.isFinite ? .gradient : .loss
    return Divergence(
      kind: kind, loss: total.sum.loss / Double(samples(of: step).count), epoch: step.epoch, step: step.step)
  }

  /// - Parameter isFirst: of this process's tasks of the phase: it does what is done once a step.
  private func performSlice(_ slice: Int?, isFirst: Bool, step: StepPosition, lane: StepLane) {
    if failure.isReadable { return }
    let filled = plan(of: step).filledCount
    let total = records.total(first: filled)
    guard let sum = total.finiteSum else {
      return failure.record(.diverged(divergence(total, at: step), record: nil))
    }
    if let slice {
      if reduction.readsInput(slice: slice), !gatherAll(of: step, lane: lane) { return }
      let minibatch = Minibatch(rows: 0..<samples(of: step).count, microbatchCount: filled, step: step.globalStep + 1)
      reduction.update(slice: slice, minibatch, workspace: lane.workspace)
    }
    guard isFirst else { return }
    sums.pointee.add(sum, samples: samples(of: step).count)
    run.state.trace.add(sum.loss, step: step.step)
    activity.stepDidAdvance(step.globalStep)
  }
}

extension RunningSums {
  fileprivate mutating func add(_ sum: LossSum, samples count: Int) {
    loss += sum.loss
    correct += sum.correct
    samples += count
  }
}
