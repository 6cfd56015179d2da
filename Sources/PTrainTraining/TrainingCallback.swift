/// Someone who wants to know how training goes. All methods are called on the thread that called `fit`,
/// between steps, and do nothing unless implemented.
public protocol TrainingCallback: AnyObject {
  /// Steps were taken; about ten times a second, and whenever the updates since the start of the job are a
  /// multiple of ``stepInterval``.
  func stepsDidAdvance(_ progress: StepProgress)

  /// Updates after which ``stepsDidAdvance(_:)`` is called for certain, 1 or more; `nil` for none.
  var stepInterval: Int? { get }

  /// An epoch is complete and validated; its checkpoint, if a folder was given, is being written.
  func epochDidEnd(_ summary: EpochSummary)

  /// A checkpoint was written to `path`; the newest of those so far, of which each is told.
  func checkpointDidSave(_ path: String)

  /// A checkpoint could not be written, and training goes on without; see ``CheckpointErrorPolicy``.
  func checkpointDidFail(_ error: TrainingError)
}

extension TrainingCallback {
  public var stepInterval: Int? { nil }
  public func stepsDidAdvance(_ progress: StepProgress) {}
  public func epochDidEnd(_ summary: EpochSummary) {}
  public func checkpointDidSave(_ path: String) {}
  public func checkpointDidFail(_ error: TrainingError) {}
}
