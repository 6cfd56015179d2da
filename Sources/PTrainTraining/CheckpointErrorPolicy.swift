/// What a run does when a checkpoint can't be written; those written before stay in any case.
public enum CheckpointErrorPolicy: String, Sendable, Codable, CaseIterable {
  /// Ends with the error.
  case fail
  /// Goes on training and tries again when the next one is due. Only if the last one fails too, the run ends
  /// with its error.
  case `continue`
}
