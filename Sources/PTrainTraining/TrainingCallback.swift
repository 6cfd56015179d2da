/// Someone who wants to know how training goes. All methods are called on the thread that called `fit`,
/// between steps, and do nothing unless implemented.
public protocol TrainingCallback: AnyObject {
  /// Steps were taken; about ten times a second.
  func stepsDidAdvance(_ progress: StepProgress)

  /// An epoch is complete and validated; its checkpoint, if a folder was given, is being written.
  func epochDidEnd(_ summary: EpochSummary)

  /// A checkpoint was written to `path`; the newest of those so far, of which each is told.
  func checkpointDidSave(_ path: String)

  /// A checkpoint could not be written, and training goes on without; see ``CheckpointErrorPolicy``.
  func checkpointDidFail(_ error: TrainingError)
}

extension TrainingCallback {
  public func stepsDidAdvance(_ progress: StepProgress) {}
  public func epochDidEnd(_ summary: EpochSummary) {}
  public func checkpointDidSave(_ path: String) {}
  public func checkpointDidFail(_ error: TrainingError) {}
}
