import PTrainCore
import PTrainData
import PTrainKernels
import PTrainNetwork
import PTrainParallel
import Synchronization

/// The optimizer steps of an epoch as work for a team.
///
/// Phase 0, a task for each microbatch: gather its rows, forward, loss, backward. Phase 1, a task for each
/// slice of the parameters: the sum of the microbatches' gradients there, and the update. How gradients
/// are held between the two is the ``GradientReduction``'s.
final class OptimizerStep: PhasedWork, @unchecked Sendable {
  // Sendable: phase 0 writes to what belongs to its microbatch, phase 1 to what belongs to its slice, and
  // slice 0's task alone to the running sums; the team orders the phases.
  private static let microbatchPhase = 0

  let cycle: PhaseCycle
  let failure = FirstError<TrainingError>()
  private let run: RunContext
  private let reduction: any GradientReduction
  private let workspace: BatchWorkspace
  private let lossSums: LossSums
  private let stop: StopFlag
  /// Where the team's cycle 0 is; set between two runs of the team.
  private var start = StepPosition(epoch: 0, step: 0, globalStep: 0)
  /// The epoch's running sums: slice 0's task adds to them.
  private let sums: UnsafeMutablePointer<RunningSums>

  init(_ run: RunContext, laneCount: Int, stop: StopFlag) throws(TrainingError) {
    self.run = run
    self.stop = stop
    workspace = try rethrowing { () throws(ModelError) in
      try BatchWorkspace(for: run.network, rows: min(run.job.batchSize, run.trainingCount))
    }
    reduction =
      switch run.job.reduction {
      case .buffered: BufferedReduction(run, workspace, laneCount: laneCount)
      case .fused: FusedReduction(run, workspace)
      }
    cycle = PhaseCycle(taskCounts: [run.job.microbatchCount, reduction.sliceCount])
    lossSums = LossSums(count: run.job.microbatchCount)
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

  func shouldStop(before cycle: Int) -> Bool { failure.isReadable || stop.isRaised }

  func perform(task: Int, at place: PhaseCycle.Place, lane: Int) {
    let step = start.advanced(by: place.cycle)
    if place.phase == Self.microbatchPhase {
      performMicrobatch(task, step: step, reader: run.readers[lane])
    } else {
      performSlice(task, step: step)
    }
  }

  private func samples(of step: StepPosition) -> Range<Int> {
    let first = step.step * run.job.batchSize
    return first..<min(first + run.job.batchSize, run.trainingCount)
  }

  private func plan(of step: StepPosition) -> MicrobatchPlan {
    MicrobatchPlan(batchSize: samples(of: step).count, count: run.job.microbatchCount)
  }

  private func performMicrobatch(_ microbatch: Int, step: StepPosition, reader: LaneReader) {
    let samples = samples(of: step)
    let rows = plan(of: step)[microbatch]
    guard !rows.isEmpty else { return }
    do throws(DatasetError) {
      try run.rows.gather(
        (samples.lowerBound + rows.lowerBound)..<(samples.lowerBound + rows.upperBound),
        minibatchStart: samples.lowerBound, into: workspace.input.rows(rows),
        labels: UnsafeMutableBufferPointer(rebasing: workspace.labels[rows]), by: reader)
    } catch {
      return failure.record(.other(error.diagnosis))
    }
    let parameters = UnsafePointer(run.state.parameters.base)
    run.network.forward(
      parameters: parameters, workspace: workspace, rows: rows,
      mode: .training(seed: run.job.seed, step: step.globalStep))
    lossSums[microbatch] = run.network.loss(workspace, rows: rows, gradientScale: 1 / Float(samples.count))
    reduction.backward(microbatch: microbatch, rows: rows)
  }

  private func performSlice(_ slice: Int, step: StepPosition) {
    if failure.isReadable { return }
    let filled = plan(of: step).filledCount
    let sum = lossSums.total(first: filled)
    guard sum.loss.isFinite else {
      let mean = sum.loss / Double(samples(of: step).count)
      return failure.record(.diverged(loss: mean, epoch: step.epoch, step: step.step))
    }
    let minibatch = Minibatch(rows: 0..<samples(of: step).count, microbatchCount: filled, step: step.globalStep + 1)
    reduction.update(slice: slice, minibatch)
    if slice == 0 { sums.pointee.add(sum, samples: samples(of: step).count) }
  }
}

/// A step's place in its epoch and in its run; all 0-based.
private struct StepPosition {
  let epoch: Int
  let step: Int
  let globalStep: Int

  func advanced(by count: Int) -> StepPosition {
    StepPosition(epoch: epoch, step: step + count, globalStep: globalStep + count)
  }
}

extension RunningSums {
  fileprivate mutating func add(_ sum: LossSum, samples count: Int) {
    loss += sum.loss
    correct += sum.correct
    samples += count
  }
}

/// The loss of each microbatch of the step under way, each on a cache line of its own.
private final class LossSums {
  private static let stride = 64 / MemoryLayout<LossSum>.stride
  private let base: UnsafeMutablePointer<LossSum>

  init(count: Int) {
    base = .allocate(capacity: count * Self.stride)
    base.initialize(repeating: LossSum(), count: count * Self.stride)
  }

  deinit { base.deallocate() }

  subscript(microbatch: Int) -> LossSum {
    get { base[microbatch * Self.stride] }
    set { base[microbatch * Self.stride] = newValue }
  }

  /// The sum over the first `count` microbatches, in order.
  func total(first count: Int) -> LossSum {
    (0..<count).reduce(LossSum()) { $0 + self[$1] }
  }
}

/// Raised by anyone to end a run at the next step.
package final class StopFlag: Sendable {
  private let value = Atomic<Bool>(false)

  package init() {}

  package func raise() { value.store(true, ordering: .relaxed) }
  package var isRaised: Bool { value.load(ordering: .relaxed) }
}
