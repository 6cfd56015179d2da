/// How the training samples are brought into another order each epoch.
public enum Shuffle: Hashable, Sendable {
  /// Every order of all the training samples is equally likely.
  case uniform
  /// A random pick out of a buffer of `count` samples, refilled from the shards in random order.
  case window(count: Int)
}

extension Shuffle: Codable {
  private enum CodingKeys: String, CodingKey { case window }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    guard let count = try container.decodeIfPresent(Int.self, forKey: .window) else {
      self = .uniform
      return
    }
    guard count >= 1 else {
      throw DecodingError.dataCorruptedError(
        forKey: .window, in: container, debugDescription: "a window of \(count) samples")
    }
    self = .window(count: count)
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    if case .window(let count) = self { try container.encode(count, forKey: .window) }
  }
}
