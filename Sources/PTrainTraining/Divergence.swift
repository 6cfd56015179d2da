/// Where a run ceased to be finite. Numbers are 0-based.
public struct Divergence: Equatable, Sendable {
  public enum Kind: String, Sendable, Codable {
    /// The minibatch's loss is not finite.
    case loss
    /// The loss is, but its gradient may overflow.
    case gradient
    /// An earlier update left parameters or optimizer state that are not finite.
    case parameters
  }

  public let kind: Kind
  /// Mean over the minibatch.
  public let loss: Double
  public let epoch: Int
  public let step: Int

  var found: String {
    let place = "in epoch \(epoch + 1), step \(step + 1)"
    return switch kind {
    case .loss: "a loss of \(loss) \(place)"
    case .gradient: "a gradient that may overflow, of a loss of \(loss), \(place)"
    case .parameters: "parameters or optimizer state that are not finite \(place)"
    }
  }

  /// What was done with it.
  var kept: String {
    switch kind {
    case .loss, .gradient: "no update was made with it"
    case .parameters: "they were not saved"
    }
  }
}
