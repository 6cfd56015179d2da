import PTrainCore
import PTrainData
import PTrainKernels
import PTrainNetwork
import PTrainParallel
import PTrainRanks

/// Loss and accuracy over a range of samples, as parallel as training.
///
/// Each frame of the split is a task, so the shapes of the products and the order of the sums are the
/// data set's, not the team's: the same bits for any number of lanes. Of several processes (ranks), each evaluates
/// its share of the frames.
final class Evaluator: PhasedWork, @unchecked Sendable {
  // Sendable: a task writes its own frame's sum, and what belongs to its lane.
  let cycle: PhaseCycle
  let failure = FirstError<DatasetError>()
  private let network: Network
  private let parameters: UnsafePointer<Float>
  private let source: any FrameRows
  private let conversion: RowConversion
  private let samples: Range<Int>
  private let frames: Range<Int>
  private let lanes: EvaluationLanes
  private let stop: StopFlag?
  private let activity: TrainingActivity?
  private let sums: UnsafeMutablePointer<LossSum>
  private let group: RankGroup
  /// The frames that are this process's, counted from the first.
  private let own: Range<Int>
  /// After ``evaluate(_:)``: whether any rank wanted to stop.
  private(set) var isStopAgreed = false

  /// - Parameter stop: if it is raised, the evaluation ends early and what it returns means nothing.
  init(
    _ network: Network, parameters: UnsafePointer<Float>, source: any FrameRows, samples: Range<Int>,
    conversion: RowConversion, lanes: EvaluationLanes, group: RankGroup = .alone,
    stop: StopFlag? = nil, activity: TrainingActivity? = nil
  ) {
    self.stop = stop
    self.activity = activity
    self.network = network
    self.parameters = parameters
    self.source = source
    self.samples = samples
    self.lanes = lanes
    self.conversion = conversion
    frames = source.split.frames(overlapping: samples)
    self.group = group
    own = RankShare(rank: group.rank, count: group.count).own(of: frames.count)
    cycle = PhaseCycle(taskCounts: [max(1, own.count)])
    sums = .allocate(capacity: max(1, frames.count))
    sums.initialize(repeating: LossSum(), count: max(1, frames.count))
  }

  deinit { sums.deallocate() }

  /// Evaluates with `team`.
  ///
  /// - Precondition: `samples` isn't empty.
  func evaluate(_ team: WorkerTeam) throws(TrainingError) -> Evaluation {
    _ = team.run(self, cycleCount: 1)
    if let error = failure.error { throw .other(error.diagnosis) }
    exchangeSums()
    let total = (0..<frames.count).reduce(LossSum()) { $0 + sums[$1] }
    let count = Double(samples.count)
    return Evaluation(loss: total.loss / count, accuracy: Double(total.correct) / count)
  }

  /// All ranks get the sums of all frames, and whether one of them wants to stop.
  private func exchangeSums() {
    isStopAgreed = stop?.isRaised == true
    guard !group.isAlone else { return }
    let mine = UnsafeRawBufferPointer(UnsafeBufferPointer(start: sums + own.lowerBound, count: own.count))
    let all = group.gather([isStopAgreed ? 1 : 0] + mine)
    let share = RankShare(rank: group.rank, count: group.count)
    for (rank, bytes) in all.enumerated() {
      if bytes.first == 1 { isStopAgreed = true }
      let part = share.part(of: rank, of: frames.count)
      UnsafeMutableRawBufferPointer(UnsafeMutableBufferPointer(start: sums + part.lowerBound, count: part.count))
        .copyBytes(from: bytes.dropFirst().prefix(part.count * MemoryLayout<LossSum>.stride))
    }
  }

  func shouldStop(before cycle: Int) -> Bool { false }

  func perform(task localTask: Int, at place: PhaseCycle.Place, lane: Int) {
    let task = own.lowerBound + localTask
    guard localTask < own.count, !failure.isReadable, stop?.isRaised != true else { return }
    activity?.beat()
    do throws(DatasetError) {
      sums[task] = try sum(frame: frames.lowerBound + task, lane: lane)
    } catch {
      failure.record(error)
    }
  }

  private func sum(frame: Int, lane: Int) throws(DatasetError) -> LossSum {
    let bytes = try source.rows(of: frame, by: lanes.readers[lane])
    let frameSamples = source.split.frames[frame].samples
    let wanted = frameSamples.clamped(to: samples)
    let workspace = lanes.workspaces[lane]
    // Locals, so that references are counted once a frame and not once a row.
    let (input, rowLabels) = (workspace.input, workspace.labels)
    let (sampleLabels, sampleBytes) = (source.split.labels, source.split.sampleBytes)
    for row in 0..<wanted.count {
      let sample = wanted.lowerBound + row
      let index = sample - frameSamples.lowerBound
      conversion.convert(bytes + index * sampleBytes, into: input.base + row * input.columns)
      rowLabels[row] = sampleLabels[sample]
    }
    let rows = 0..<wanted.count
    network.forward(parameters: parameters, workspace: workspace, rows: rows, mode: .inference)
    return network.loss(workspace, rows: rows, gradientScale: nil)
  }
}

/// What each lane of an evaluation works with: a reader, and room for a frame's rows.
final class EvaluationLanes: Sendable {
  let readers: [LaneReader]
  let workspaces: [BatchWorkspace]

  /// - Parameter splits: whose longest frame sets the room.
  init(network: Network, splits: [DatasetSplit], laneCount: Int) throws(TrainingError) {
    let longest = splits.max { $0.longestFrame < $1.longestFrame }
    var readers: [LaneReader] = []
    var workspaces: [BatchWorkspace] = []
    if let longest {
      for _ in 0..<laneCount {
        readers.append(try rethrowing { () throws(DatasetError) in try LaneReader(for: longest) })
        workspaces.append(
          try rethrowing { () throws(ModelError) in
            try BatchWorkspace(for: network, rows: longest.longestFrame)
          })
      }
    }
    self.readers = readers
    self.workspaces = workspaces
  }
}
