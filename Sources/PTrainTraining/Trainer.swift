import PTrainCore
import PTrainData
import PTrainKernels
import PTrainNetwork
import PTrainParallel
import PTrainRanks
import PTrainStorage

/// Trains a model on a data set, and evaluates it and predicts with it.
///
/// ```swift
/// let dataset = try Dataset.open("datasets/mnist")
/// let trainer = try Trainer(Job(dataset: dataset, model: model), on: dataset, execution: Execution(threads: 8))
/// let history = try trainer.fit(epochs: 10)
/// print(try trainer.evaluate().accuracy)
/// ```
///
/// A trainer belongs to the thread that made it: a plain one, not a `Task`'s.
public final class Trainer {
  public let job: Job
  public let dataset: Dataset
  public let execution: Execution
  /// The epochs that this trainer has completed.
  public private(set) var history = History()
  package let environment: RunEnvironment
  package let state: TrainingState
  package let network: Network
  package let stop = StopFlag()
  package let activity = TrainingActivity()

  let team: WorkerTeam
  let evaluationLanes: EvaluationLanes
  /// The samples of the training split that are trained on, and those that are set apart.
  let split: Split
  /// The order of the samples.
  let plan: EpochPlan
  private let run: RunContext
  private let step: OptimizerStep
  /// All ranks have agreed to stop while they evaluated.
  private var isEvaluationStopped = false
  private let loader: Loader
  private let conversion: RowConversion

  /// A trainer at the start of `job`.
  ///
  /// - Parameter start: the model whose parameters training starts from, as the job says
  ///   (``Job/initialParameters``); `nil` for those that the seed draws.
  public convenience init(
    _ job: Job, on dataset: Dataset, execution: Execution, startingFrom start: TrainedModel? = nil
  ) throws(TrainingError) {
    guard job.initialParameters == start?.parametersDigest, start.map({ $0.model == job.model }) ?? true else {
      throw .otherStart
    }
    try self.init(job, on: dataset, execution: execution) { (network, rule) throws(TrainingError) in
      let state = TrainingState(
        layout: network.layout, optimizerStateNames: rule.stateNames, progress: RunProgress(epochsWanted: 0))
      if let start {
        state.parameters.update(from: FloatBuffer(start.parameterValues))
      } else {
        state.parameters.update(from: network.initialParameters(seed: job.seed))
      }
      return state
    }
  }

  /// A trainer that goes on from `checkpoint`.
  package convenience init(
    resuming checkpoint: Checkpoint, on dataset: Dataset, execution: Execution
  ) throws(TrainingError) {
    try self.init(checkpoint.job, on: dataset, execution: execution) { (network, rule) throws(TrainingError) in
      try checkpoint.restore(layout: network.layout, stateNames: rule.stateNames)
    }
    try check(checkpoint.progress)
    guard state.trace.restore(checkpoint.trace, at: checkpoint.progress) else {
      throw .notACheckpoint(path: "the checkpoint", reason: "its trace is of another place")
    }
  }

  private init(
    _ job: Job, on dataset: Dataset, execution: Execution,
    state: (Network, UpdateRule) throws(TrainingError) -> TrainingState
  ) throws(TrainingError) {
    try job.check()
    try Self.check(job, fits: dataset, execution: execution)
    let network = try rethrowing { () throws(ModelError) in try Network(job.model, loss: job.loss) }
    try network.check(fits: dataset)
    let rule = try rethrowing { () throws(ModelError) in
      try UpdateRule(job.optimizer, parameterCount: network.layout.count)
    }
    // Before anything is allocated for a checkpoint's model: its tensors may belong to a smaller one.
    self.state = try state(network, rule)
    let laneCount = execution.laneCount ?? ProcessorAffinity.laneCount(threads: execution.threads)
    let split = try rethrowing { () throws(DatasetError) in
      try Split(count: dataset.train.count, validationFraction: job.validationSplit)
    }
    let plan = EpochPlan(
      shuffle: job.shuffle, seed: job.seed, training: split.training, shards: dataset.train.shardSamples)
    let conversion = RowConversion(dataset.description)
    let loader = try rethrowing { () throws(DatasetError) in
      try Loader(
        dataset.train, plan: plan, conversion: conversion, batchSize: job.batchSize,
        memoryBudget: execution.memoryBudget, usesThread: laneCount < ProcessorAffinity.availableCores())
    }
    let lanes = try EvaluationLanes(
      network: network, splits: [dataset.train] + (dataset.test.map { [$0] } ?? []), laneCount: laneCount)
    self.job = job
    self.dataset = dataset
    self.execution = execution
    self.network = network
    self.split = split
    environment = RunEnvironment(blas: network.blas)
    self.conversion = conversion
    team = WorkerTeam(laneCount: laneCount)
    evaluationLanes = lanes
    self.loader = loader
    run = RunContext(
      job: job, network: network, rule: rule, state: self.state, rows: loader.rows,
      trainingCount: split.training.count, readers: lanes.readers, sampleLimit: conversion.greatestMagnitude,
      group: execution.ranks, exchangeMode: execution.exchange)
    self.plan = plan
    self.state.trace = LossTrace(stepsPerEpoch: run.stepsPerEpoch)
    step = try OptimizerStep(run, laneCount: laneCount, stop: stop, activity: activity)
  }

  private static func check(
    _ job: Job, fits dataset: Dataset, execution: Execution
  ) throws(TrainingError) {
    guard execution.threads >= 1 else { throw .outOfRange("\(execution.threads) threads", expected: "1 or more") }
    guard job.dataset == dataset.root else {
      throw .otherDataset(expected: job.dataset, found: dataset.root)
    }
  }

  /// Throws unless a checkpoint's position lies inside the job.
  private func check(_ progress: RunProgress) throws(TrainingError) {
    // The first test keeps the products of the others from overflowing.
    guard progress.step <= run.stepsPerEpoch,
      progress.sums.samples == min(progress.step * job.batchSize, run.trainingCount),
      progress.globalStep == progress.epoch * run.stepsPerEpoch + progress.step,
      progress.records.allSatisfy({
        $0.sampleCount == run.trainingCount && $0.globalStep == ($0.epoch + 1) * run.stepsPerEpoch
      })
    else { throw .notACheckpoint(path: "the checkpoint", reason: "its position lies outside its job") }
  }

  /// Trains until `epochs` epochs are complete, counted from the start of the job.
  ///
  /// - Parameters:
  ///   - folder: where checkpoints go after each epoch; `nil` for none.
  ///   - checkpointEvery: steps after which one is written inside an epoch, too.
  ///   - keep: how many epochs' checkpoints are kept besides the newest; `nil` for all.
  ///   - onCheckpointError: what a checkpoint that can't be written means; see ``CheckpointErrorPolicy``.
  /// - Returns: the epochs that this trainer has completed.
  /// - Throws: ``TrainingError/diverged(_:record:)`` if a step isn't finite, before its update;
  ///   errors of the data set and of the folder.
  @discardableResult
  public func fit(
    epochs: Int, saving folder: RunFolder? = nil, checkpointEvery: Int? = nil, keep: Int? = nil,
    onCheckpointError: CheckpointErrorPolicy = .fail, callbacks: [any TrainingCallback] = []
  ) throws(TrainingError) -> History {
    guard epochs >= 0 else { throw .outOfRange("\(epochs) epochs", expected: "0 or more") }
    if let checkpointEvery, checkpointEvery < 1 {
      throw .outOfRange("a checkpoint every \(checkpointEvery) steps", expected: "1 or more")
    }
    if let keep, keep < 0 { throw .outOfRange("\(keep) checkpoints to keep", expected: "0 or more") }
    state.progress.epochsWanted = epochs
    let writer = folder.map {
      CheckpointWriter(self, folder: $0, keep: keep, onError: onCheckpointError, callbacks: callbacks)
    }
    defer {
      writer?.end()
      run.rows.end()
    }
    do throws(TrainingError) {
      try shareFrames()
      while state.progress.epoch < epochs, !isStopped {
        let epoch = EpochRun(trainer: self, writer: writer, checkpointEvery: checkpointEvery, callbacks: callbacks)
        guard let summary = try epoch.run() else { break }
        history.append(summary)
        activity.enter(.telling)
        for callback in callbacks { callback.epochDidEnd(summary) }
      }
    } catch {
      throw recorded(error, in: folder)
    }
    activity.enter(.finishing)
    try writer?.finish()
    return history
  }

  /// Loss and accuracy over all the test samples.
  public func evaluate() throws(TrainingError) -> Evaluation { try evaluate(until: nil) }

  /// The same; if `stop` is raised meanwhile, it ends early and what it returns means nothing.
  package func evaluate(until stop: StopFlag?) throws(TrainingError) -> Evaluation {
    guard let test = dataset.test, test.count > 0 else { throw .noTestSamples(folder: dataset.folder) }
    activity.enter(.testing)
    return try evaluate(StreamedFrames(test), samples: 0..<test.count, stop: stop)
  }

  /// What another thread may watch of this one.
  package var watch: TrainingWatch {
    TrainingWatch(
      activity: activity, readers: run.readers, dataset: dataset.folder, hasOtherRanks: !execution.ranks.isAlone)
  }

  /// The model as it is now, to predict with; training goes on without it.
  public func trainedModel() -> TrainedModel {
    let parameters = FloatBuffer(count: state.layout.count)
    parameters.update(from: state.parameters)
    return TrainedModel(network, job.model, parameters, optimizer: job.optimizer)
  }

  private func evaluate(
    _ source: any FrameRows, samples: Range<Int>, stop: StopFlag?
  ) throws(TrainingError) -> Evaluation {
    let evaluator = Evaluator(
      network, parameters: UnsafePointer(state.parameters.base), source: source, samples: samples,
      conversion: conversion, lanes: evaluationLanes, group: execution.ranks, stop: stop, activity: activity)
    defer { if evaluator.isStopAgreed { isEvaluationStopped = true } }
    return try evaluator.evaluate(team)
  }

  /// Loss and accuracy over the validation samples, without meaning if ``stop`` is raised meanwhile; `nil` if
  /// none are set apart.
  func validate() throws(TrainingError) -> Evaluation? {
    guard !split.validation.isEmpty else { return nil }
    return try evaluate(loader.frames, samples: split.validation, stop: stop)
  }

  /// Gets the loader ready for the state's place, or for a later epoch's start.
  func prepareRows(epoch: Int, step: Int) throws(TrainingError) {
    try rethrowing { () throws(DatasetError) in
      try run.rows.begin(epoch: epoch, at: min(step * job.batchSize, run.trainingCount))
    }
  }

  /// Whether the run ends before its next step: ``stop`` was raised; with other ranks, all of them have agreed.
  package var isStopped: Bool { step.isStopped || isEvaluationStopped }

  /// Rank 0 gets what the other ranks hold of the optimizer's state.
  func gatherState() {
    activity.enter(.gathering)
    step.gatherOptimizerState()
  }

  /// Each rank decodes its share of the frames that are kept, and gets the others from the other ranks.
  private func shareFrames() throws(TrainingError) {
    guard !execution.ranks.isAlone, let cache = loader.cache else { return }
    activity.enter(.sharing)
    try FrameSharing(cache, readers: run.readers, group: execution.ranks).run(team)
  }

  var stepsPerEpoch: Int { run.stepsPerEpoch }
  var trainingCount: Int { run.trainingCount }

  /// Takes `count` steps of the epoch under way.
  func advance(stepCount count: Int) throws(TrainingError) -> TeamTimes {
    let times = step.advance(team, stepCount: count)
    if let error = step.failure.error { throw error }
    return times
  }

  /// How long other ranks were spoken to since the last call; `nil` without any.
  func takeCommunicationTimes() -> ExchangeTimes? { step.takeCommunicationTimes() }

  /// Whether a step failed, so that the state is that before it.
  var hasFailedStep: Bool { step.failure.error != nil }

  func failedRanges(rows: Range<Int>) -> [Incident.LayerRange] { step.failedRanges(rows: rows) }

  /// The loader's times since the last call, summed over lanes.
  func takeLoaderTimes() -> LoaderTimes {
    run.readers.reduce(into: LoaderTimes()) { $0 += $1.takeTimes() }
  }

  /// The checkpoint of the state as it is, as bytes.
  package func checkpointBytes() throws(TrainingError) -> [UInt8] { try checkpointEncoder(state) }

  /// The same as the record of a step that failed.
  func checkpointBytes(incident: Incident) throws(TrainingError) -> [UInt8] {
    try Checkpoint.encoded(
      state, job: job, environment: environment, datasetPath: DurableFile.absolutePath(dataset.folder),
      incident: incident)
  }

  /// What makes a checkpoint's bytes of a state of this trainer's job.
  var checkpointEncoder: @Sendable (TrainingState) throws(TrainingError) -> [UInt8] {
    let (job, environment, folder) = (job, environment, DurableFile.absolutePath(dataset.folder))
    return { state throws(TrainingError) in
      try Checkpoint.encoded(state, job: job, environment: environment, datasetPath: folder)
    }
  }
}
