extension Sequential: Codable {
  private enum Key: String, CodingKey, CaseIterable {
    case inputShape = "input_shape"
    case layers
  }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.strictContainer(Key.allCases)
    self.init(
      inputShape: try container.decode([Int].self, forKey: .inputShape),
      layers: try container.decode([Layer].self, forKey: .layers))
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    try container.encode(inputShape, forKey: .inputShape)
    try container.encode(layers, forKey: .layers)
  }
}

/// `{"type":"dense","units":20,"activation":"relu","use_bias":true,…}`
extension Layer: Codable {
  private enum Key: String, CodingKey {
    case type, units, activation, rate
    case useBias = "use_bias"
    case weightInitializer = "weight_initializer"
    case biasInitializer = "bias_initializer"

    static let dense: [Key] = [.type, .units, .activation, .useBias, .weightInitializer, .biasInitializer]
  }

  public init(from decoder: any Decoder) throws {
    let type = try decoder.container(keyedBy: Key.self).decode(String.self, forKey: .type)
    switch type {
    case "flatten":
      _ = try decoder.strictContainer([Key.type])
      self = .flatten(Flatten())
    case "dense": self = .dense(try Self.dense(decoder.strictContainer(Key.dense)))
    case "dropout":
      self = .dropout(Dropout(try decoder.strictContainer([Key.type, .rate]).decode(Float.self, forKey: .rate)))
    case "activation":
      let container = try decoder.strictContainer([Key.type, .activation])
      self = .activation(Activation(try container.decode(ActivationFunction.self, forKey: .activation)))
    default: throw decoder.unknownType(type, known: ["flatten", "dense", "dropout", "activation"])
    }
  }

  private static func dense(_ container: KeyedDecodingContainer<Key>) throws -> Dense {
    Dense(
      try container.decode(Int.self, forKey: .units),
      activation: try container.decode(ActivationFunction.self, forKey: .activation),
      useBias: try container.decode(Bool.self, forKey: .useBias),
      weightInitializer: try container.decode(Initializer.self, forKey: .weightInitializer),
      biasInitializer: try container.decode(Initializer.self, forKey: .biasInitializer))
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    try container.encode(kind, forKey: .type)
    switch self {
    case .flatten: break
    case .dense(let dense):
      try container.encode(dense.units, forKey: .units)
      try container.encode(dense.activation, forKey: .activation)
      try container.encode(dense.useBias, forKey: .useBias)
      try container.encode(dense.weightInitializer, forKey: .weightInitializer)
      try container.encode(dense.biasInitializer, forKey: .biasInitializer)
    case .dropout(let dropout): try container.encode(dropout.rate, forKey: .rate)
    case .activation(let activation): try container.encode(activation.function, forKey: .activation)
    }
  }
}
