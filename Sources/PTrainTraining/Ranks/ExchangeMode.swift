/// When what a step's gradients are made of is sent. It changes no bit.
public enum ExchangeMode: String, Hashable, Sendable, Codable, CaseIterable {
  /// ``layered`` where there is enough to send, else ``flat``.
  case automatic = "auto"
  /// Each layer's as soon as it is there, beside the computing of the next.
  case layered
  /// All at once, when all is there: fewer messages.
  case flat

  /// Bytes that a rank sends in a step, from which on layers go by themselves; see Benchmarks/NOTES.md.
  private static let layeredBytes = 1 << 16

  func isLayered(bytesPerRank: Int) -> Bool {
    switch self {
    case .automatic: bytesPerRank >= Self.layeredBytes
    case .layered: true
    case .flat: false
    }
  }
}
