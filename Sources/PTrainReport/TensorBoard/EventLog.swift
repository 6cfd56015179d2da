import PTrainStorage
import PTrainTraining

/// What a training session tells TensorBoard: scalars after each epoch and, where wanted, every so many steps.
///
/// Tags and steps are those of Keras's callback: `epoch_loss`, `epoch_accuracy`, … at the 0-based epoch in the
/// runs `train` and `validation`; `batch_loss` and `batch_accuracy`, means over the epoch so far, at the number
/// of updates in the run `steps`, which is a run of its own because its steps count something else.
///
/// The checkpoint's history is the truth. A killed process can leave events of epochs that no checkpoint has, or a
/// checkpoint whose last epoch has no event yet; those before have theirs, as one checkpoint at most is under way.
/// So a session begins with the last epoch that is complete, and tells all of them to a folder that has none.
package struct EventLog: Sendable {
  private let folder: EventFolder
  private let learningRate: Double
  private let train: EventFile
  private var validation: EventFile?
  private var steps: EventFile?

  /// Begins a session.
  ///
  /// - Parameters:
  ///   - epochs: those that are complete, with their times where they are known.
  ///   - globalStep: updates that are complete.
  ///   - hasSteps: whether ``stepsDidAdvance(_:)`` will be called.
  package init(
    in folder: EventFolder, epochs: [EpochSummary], globalStep: Int, learningRate: Double, hasSteps: Bool
  ) throws(StorageError) {
    self.folder = folder
    self.learningRate = learningRate
    try folder.removeLeftovers()
    let first = folder.holds(.train) ? max(0, epochs.count - 1) : 0
    let due = epochs.dropFirst(first)
    let validated = due.compactMap(Self.validation)
    // `train` comes last: its file is the sign that a session told all there was to tell.
    validation =
      try validated.isEmpty
      ? nil : EventFile(in: folder.path(of: .validation), firstStep: first, scalars: validated)
    steps = hasSteps ? try EventFile(in: folder.path(of: .steps), firstStep: globalStep + 1) : nil
    train = try EventFile(
      in: folder.path(of: .train), firstStep: first,
      scalars: due.map { Self.training($0, learningRate: learningRate) })
  }

  /// Tells of an epoch.
  package mutating func epochDidEnd(_ epoch: EpochSummary) throws(StorageError) {
    try train.append(Self.training(epoch, learningRate: learningRate))
    if let scalars = Self.validation(epoch) {
      if validation == nil {
        validation = try EventFile(in: folder.path(of: .validation), firstStep: epoch.epoch)
      }
      try validation?.append(scalars)
    }
  }

  /// Returns once all that was told is on the disk. May be called by another thread than the owner's.
  package func synchronise() throws(StorageError) {
    for file in [train, validation, steps] { try file?.synchronise() }
  }

  package func stepsDidAdvance(_ progress: StepProgress) throws(StorageError) {
    let values = [("batch_loss", progress.training.loss), ("batch_accuracy", progress.training.accuracy)]
    try steps?.append(EventFile.Scalars(step: progress.globalStep, values: values))
  }

  private static func training(_ epoch: EpochSummary, learningRate: Double) -> EventFile.Scalars {
    var values = values(epoch.training) + [("epoch_learning_rate", learningRate)]
    // An earlier process's times may be lost, with its history file.
    if epoch.trainSeconds > 0 {
      values += [
        ("epoch_samples_per_second", epoch.samplesPerSecond), ("epoch_train_seconds", epoch.trainSeconds),
        ("epoch_data_wait_seconds", epoch.dataWaitSeconds),
      ]
    }
    return EventFile.Scalars(step: epoch.epoch, values: values)
  }

  private static func validation(_ epoch: EpochSummary) -> EventFile.Scalars? {
    epoch.validation.map { EventFile.Scalars(step: epoch.epoch, values: values($0)) }
  }

  private static func values(_ evaluation: Evaluation) -> [(tag: String, value: Double)] {
    [("epoch_loss", evaluation.loss), ("epoch_accuracy", evaluation.accuracy)]
  }
}
