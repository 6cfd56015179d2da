/// Mean loss and accuracy over some samples.
public struct Evaluation: Equatable, Sendable, Codable {
  /// Mean over the samples, in the loss's unit (nats for cross-entropy).
  public let loss: Double
  /// Fraction of the samples whose most probable class is their label, 0…1.
  public let accuracy: Double

  public init(loss: Double, accuracy: Double) {
    self.loss = loss
    self.accuracy = accuracy
  }
}

/// How the lanes spent an epoch's training part: shares of (lanes × elapsed seconds) that add up to 1.
public struct PhaseShares: Equatable, Sendable, Codable {
  public let compute: Double
  public let dataWait: Double
  public let reductionWait: Double

  public init(compute: Double, dataWait: Double, reductionWait: Double) {
    self.compute = compute
    self.dataWait = dataWait
    self.reductionWait = reductionWait
  }
}

/// How long an epoch's training part spoke to other processes (ranks), in seconds.
public struct Communication: Equatable, Sendable, Codable {
  /// Messages were under way.
  public let seconds: Double
  /// Of these, work went on beside it.
  public let hiddenSeconds: Double
  /// Work waited: for messages, and for other ranks that were not ready.
  public let exposedSeconds: Double

  public init(seconds: Double, hiddenSeconds: Double, exposedSeconds: Double) {
    self.seconds = seconds
    self.hiddenSeconds = hiddenSeconds
    self.exposedSeconds = exposedSeconds
  }
}

/// What one epoch came to.
public struct EpochSummary: Equatable, Sendable, Codable {
  /// 0-based.
  public let epoch: Int
  /// Over the epoch's training samples, each as its minibatch was met.
  public let training: Evaluation
  /// Over the validation samples after the epoch; `nil` if none are set apart.
  public let validation: Evaluation?
  /// Optimizer updates since the start of the job.
  public let globalStep: Int
  public let sampleCount: Int
  /// The training part alone, in seconds.
  public let trainSeconds: Double
  /// Training, validation and checkpoint, in seconds.
  public let epochSeconds: Double
  /// Time that lanes waited for data, summed over lanes, in seconds.
  public let dataWaitSeconds: Double
  public let phases: PhaseShares
  /// `nil` unless several processes trained together.
  public let communication: Communication?

  public init(
    epoch: Int, training: Evaluation, validation: Evaluation?, globalStep: Int, sampleCount: Int,
    trainSeconds: Double, epochSeconds: Double, dataWaitSeconds: Double, phases: PhaseShares,
    communication: Communication? = nil
  ) {
    self.communication = communication
    self.epoch = epoch
    self.training = training
    self.validation = validation
    self.globalStep = globalStep
    self.sampleCount = sampleCount
    self.trainSeconds = trainSeconds
    self.epochSeconds = epochSeconds
    self.dataWaitSeconds = dataWaitSeconds
    self.phases = phases
  }

  /// An epoch that an earlier process ran: its times, if they are not known any more, stand as 0.
  package init(
    _ record: EpochRecord, trainSeconds: Double = 0, epochSeconds: Double = 0, dataWaitSeconds: Double = 0,
    phases: PhaseShares = PhaseShares(compute: 0, dataWait: 0, reductionWait: 0)
  ) {
    self.init(
      epoch: record.epoch, training: record.training, validation: record.validation, globalStep: record.globalStep,
      sampleCount: record.sampleCount, trainSeconds: trainSeconds, epochSeconds: epochSeconds,
      dataWaitSeconds: dataWaitSeconds, phases: phases)
  }

  /// Training samples a second of the training part.
  public var samplesPerSecond: Double { trainSeconds > 0 ? Double(sampleCount) / trainSeconds : 0 }
}

/// The epochs of a run so far, in order.
public struct History: Equatable, Sendable, Codable {
  public private(set) var epochs: [EpochSummary] = []

  public init() {}

  public mutating func append(_ summary: EpochSummary) { epochs.append(summary) }
}

/// Where a run stands inside an epoch, for a progress bar.
public struct StepProgress: Equatable, Sendable {
  /// 0-based.
  public let epoch: Int
  /// Epochs that the run was asked for.
  public let epochCount: Int
  /// Minibatches of this epoch that are done.
  public let step: Int
  public let stepCount: Int
  /// Over the samples of this epoch so far.
  public let training: Evaluation
  /// Since the epoch's training part began, in seconds.
  public let elapsedSeconds: Double
  public let samplesPerSecond: Double
  /// Optimizer updates since the start of the job.
  public var globalStep: Int { epoch * stepCount + step }

  public init(
    epoch: Int, epochCount: Int, step: Int, stepCount: Int, training: Evaluation, elapsedSeconds: Double,
    samplesPerSecond: Double
  ) {
    self.epoch = epoch
    self.epochCount = epochCount
    self.step = step
    self.stepCount = stepCount
    self.training = training
    self.elapsedSeconds = elapsedSeconds
    self.samplesPerSecond = samplesPerSecond
  }
}
