/// `{"type":"none"}`, `{"type":"classical","factor":0.9}` or `{"type":"nesterov","factor":0.9}`
extension Momentum: Codable {
  private enum Key: String, CodingKey { case type, factor }

  public init(from decoder: any Decoder) throws {
    let type = try decoder.container(keyedBy: Key.self).decode(String.self, forKey: .type)
    let factor = { try decoder.strictContainer([Key.type, .factor]).decode(Float.self, forKey: .factor) }
    switch type {
    case "none":
      _ = try decoder.strictContainer([Key.type])
      self = .none
    case "classical": self = .classical(try factor())
    case "nesterov": self = .nesterov(try factor())
    default: throw decoder.unknownType(type, known: ["none", "classical", "nesterov"])
    }
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    switch self {
    case .none: try container.encode("none", forKey: .type)
    case .classical(let factor):
      try container.encode("classical", forKey: .type)
      try container.encode(factor, forKey: .factor)
    case .nesterov(let factor):
      try container.encode("nesterov", forKey: .type)
      try container.encode(factor, forKey: .factor)
    }
  }
}

/// `{"type":"sgd","learning_rate":0.01,"momentum":{"type":"none"}}` or
/// `{"type":"adam","learning_rate":0.001,"beta1":0.9,"beta2":0.999,"epsilon":1e-07}`
extension Optimizer: Codable {
  private enum Key: String, CodingKey {
    case type, momentum, beta1, beta2, epsilon
    case learningRate = "learning_rate"
  }

  public init(from decoder: any Decoder) throws {
    let type = try decoder.container(keyedBy: Key.self).decode(String.self, forKey: .type)
    switch type {
    case "sgd":
      let container = try decoder.strictContainer([Key.type, .learningRate, .momentum])
      self = .sgd(
        learningRate: try container.decode(Float.self, forKey: .learningRate),
        momentum: try container.decode(Momentum.self, forKey: .momentum))
    case "adam":
      let container = try decoder.strictContainer([Key.type, .learningRate, .beta1, .beta2, .epsilon])
      self = .adam(
        learningRate: try container.decode(Float.self, forKey: .learningRate),
        beta1: try container.decode(Double.self, forKey: .beta1),
        beta2: try container.decode(Double.self, forKey: .beta2),
        epsilon: try container.decode(Float.self, forKey: .epsilon))
    default: throw decoder.unknownType(type, known: ["sgd", "adam"])
    }
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    switch self {
    case .sgd(let learningRate, let momentum):
      try container.encode("sgd", forKey: .type)
      try container.encode(learningRate, forKey: .learningRate)
      try container.encode(momentum, forKey: .momentum)
    case .adam(let learningRate, let beta1, let beta2, let epsilon):
      try container.encode("adam", forKey: .type)
      try container.encode(learningRate, forKey: .learningRate)
      try container.encode(beta1, forKey: .beta1)
      try container.encode(beta2, forKey: .beta2)
      try container.encode(epsilon, forKey: .epsilon)
    }
  }
}
