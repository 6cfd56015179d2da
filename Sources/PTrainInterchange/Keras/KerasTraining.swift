import PTrainNetwork

/// What Keras was told when the model was compiled, as far as ptrain knows the same.
struct KerasTraining {
  private(set) var loss: Loss?
  /// The name of a loss that ptrain does not compute.
  private(set) var unsupportedLoss: String?
  /// The loss takes the softmax of the model's outputs first.
  private(set) var isFromLogits = false
  /// `nil` for none, and for one that ptrain does not have.
  let optimizer: Optimizer?

  /// A model that was not compiled, or was saved without its training.
  static let none = KerasTraining(loss: nil, optimizer: nil)

  init(loss: JSONValue?, optimizer: JSONValue?) {
    // One with numbers that can't be, such as a rate of 0, can't be taken either.
    self.optimizer = optimizer.flatMap(Self.optimizer).flatMap { (try? UpdateRule($0, parameterCount: 0))?.optimizer }
    guard let loss = Self.single(loss) else { return }
    let name = loss.text ?? loss["config"]?.text ?? loss["class_name"]?.text ?? loss.serialised
    isFromLogits = loss["config"]?["from_logits"]?.boolean ?? false
    self.loss = Self.isPlain(loss["config"]) ? Self.loss(name) : nil
    if self.loss == nil { unsupportedLoss = name }
  }

  /// The loss of the one output, which may stand in a list or an object of its own.
  private static func single(_ loss: JSONValue?) -> JSONValue? {
    switch loss {
    case .list(let list)? where list.count == 1: list[0]
    case .object(let members)? where members["class_name"] == nil && members.count == 1: members.first?.value
    default: loss
    }
  }

  /// In Keras's spellings: by the function, the class or a short name.
  private static func loss(_ name: String) -> Loss? {
    switch name.lowercased().filter({ $0 != "_" }) {
    case "sparsecategoricalcrossentropy": .sparseCategoricalCrossEntropy
    case "categoricalcrossentropy": .categoricalCrossEntropy
    case "meansquarederror", "mse": .meanSquaredError
    default: nil
    }
  }

  /// No setting changes the loss, but for `from_logits`.
  private static func isPlain(_ config: JSONValue?) -> Bool {
    guard let config, config.text == nil else { return true }
    let reduction = config["reduction"]?.text ?? "auto"
    return (config["label_smoothing"]?.number ?? 0) == 0 && config["ignore_class"] == nil
      && ["auto", "sum_over_batch_size", "mean"].contains(reduction)
  }

  private static func optimizer(_ description: JSONValue) -> Optimizer? {
    let config = description["config"] ?? .object([:])
    let name = (description.text ?? description["class_name"]?.text ?? "").replacing("Custom>", with: "")
    let absent = ["weight_decay", "clipnorm", "global_clipnorm", "clipvalue", "gradient_accumulation_steps", "decay"]
    guard absent.allSatisfy({ config[$0] == nil || config[$0] == 0 }), config["amsgrad"]?.boolean != true,
      config["use_ema"]?.boolean != true
    else { return nil }
    guard let rate = config["learning_rate"] ?? config["lr"] ?? defaultRate(name), let rate = rate.number else {
      return nil
    }
    switch name.lowercased() {
    case "sgd": return .sgd(learningRate: Float(rate), momentum: momentum(config))
    case "adam":
      return .adam(
        learningRate: Float(rate), beta1: config["beta_1"]?.number ?? 0.9, beta2: config["beta_2"]?.number ?? 0.999,
        epsilon: Float(config["epsilon"]?.number ?? 1e-7))
    default: return nil
    }
  }

  private static func defaultRate(_ name: String) -> JSONValue? { name.lowercased() == "sgd" ? 0.01 : 0.001 }

  private static func momentum(_ config: JSONValue) -> Momentum {
    let factor = Float(config["momentum"]?.number ?? 0)
    guard factor != 0 else { return .none }
    return config["nesterov"]?.boolean == true ? .nesterov(factor) : .classical(factor)
  }
}
