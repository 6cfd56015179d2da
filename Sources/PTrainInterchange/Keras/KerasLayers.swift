import PTrainNetwork

/// A layer of Keras's configuration, read with what matters to its outputs; whatever else it may be set to is
/// refused, not skipped.
struct KerasLayer {
  /// The name of its class: `Dense`.
  let kind: String
  let name: String
  /// With `class_name` and `config`.
  private let description: JSONValue
  private let config: JSONValue

  init(_ description: JSONValue) throws(KerasFileError) {
    guard let kind = description["class_name"]?.text, let config = description["config"] else {
      throw .malformed(found: "a layer without class_name or config", expected: "both, as Keras writes")
    }
    self.kind = kind
    self.config = config
    self.description = description
    name = config["name"]?.text ?? description["name"]?.text ?? kind
  }

  var isInput: Bool { kind == "InputLayer" }

  /// The shape of a batch of samples, where the layer tells it.
  var batchShape: JSONValue? {
    config["batch_shape"] ?? config["batch_input_shape"] ?? description["build_config"]?["input_shape"]
  }

  /// The layer as ours.
  func layer() throws(KerasFileError) -> Layer {
    try checkPrecision()
    switch kind {
    case "Flatten":
      try require("data_format", isOneOf: [nil, "channels_last"])
      return .flatten(Flatten())
    case "Dense": return .dense(try dense())
    case "Dropout":
      try require("noise_shape", isOneOf: [nil])
      guard let rate = config["rate"]?.number else { throw missing("rate") }
      return .dropout(Dropout(Float(rate)))
    case "Activation": return .activation(Activation(try activation()))
    case "ReLU":
      try require("max_value", isOneOf: [nil])
      try require("negative_slope", isOneOf: [nil, 0])
      try require("threshold", isOneOf: [nil, 0])
      return .activation(Activation(.relu))
    case "Softmax":
      try require("axis", isOneOf: [nil, -1, [-1], 1])
      return .activation(Activation(.softmax))
    default:
      throw .unsupported(
        found: "the layer \(name) of type \(kind)",
        expected: "InputLayer, Flatten, Dense, Dropout, Activation, ReLU or Softmax")
    }
  }

  private func dense() throws(KerasFileError) -> Dense {
    for setting in [
      "kernel_regularizer", "bias_regularizer", "activity_regularizer", "kernel_constraint", "bias_constraint",
      "quantization_config", "lora_rank",
    ] { try require(setting, isOneOf: [nil]) }
    guard let units = config["units"]?.wholeNumber else { throw missing("units") }
    return Dense(
      units, activation: try activation(), useBias: config["use_bias"]?.boolean ?? true,
      weightInitializer: initializer("kernel_initializer") ?? .glorotUniform,
      biasInitializer: initializer("bias_initializer") ?? .zeros)
  }

  private func activation() throws(KerasFileError) -> ActivationFunction {
    guard let value = config["activation"] else { return .linear }
    // A function by name, or an object that stands for it.
    let found = value.text ?? value["config"]?.text ?? value["class_name"]?.text ?? "of an unknown kind"
    guard found != ActivationFunction.step.rawValue, let function = ActivationFunction(rawValue: found) else {
      throw .unsupported(
        found: "the activation \(found) in the layer \(name)", expected: "linear, sigmoid, tanh, relu or softmax")
    }
    return function
  }

  /// `nil` for one that ptrain doesn't know: it has no say in a model that is trained already.
  private func initializer(_ setting: String) -> Initializer? {
    let kind = config[setting]?["class_name"]?.text ?? config[setting]?.text
    return Initializer.allCases.first { $0.kerasName == kind || $0.rawValue == kind }
  }

  private func checkPrecision() throws(KerasFileError) {
    let policy = config["dtype"]
    let name = policy?.text ?? policy?["config"]?["name"]?.text ?? (policy == nil ? "float32" : "unknown")
    guard ["float32", "float64"].contains(name) else {
      throw .unsupported(found: "the layer \(self.name) of dtype \(name)", expected: "float32")
    }
  }

  private func require(_ setting: String, isOneOf allowed: [JSONValue?]) throws(KerasFileError) {
    let value = config[setting]
    guard allowed.contains(value) else {
      throw .unsupported(
        found: "\(setting) \(value?.serialised ?? "null") in the layer \(name)",
        expected: allowed.map { $0?.serialised ?? "null" }.joined(separator: " or "))
    }
  }

  private func missing(_ setting: String) -> KerasFileError {
    .malformed(found: "the layer \(name) without \(setting)", expected: "\(setting), a number")
  }
}

extension Initializer {
  /// The name of Keras's class.
  var kerasName: String {
    switch self {
    case .zeros: "Zeros"
    case .glorotUniform: "GlorotUniform"
    case .glorotNormal: "GlorotNormal"
    case .heUniform: "HeUniform"
    case .heNormal: "HeNormal"
    }
  }
}
