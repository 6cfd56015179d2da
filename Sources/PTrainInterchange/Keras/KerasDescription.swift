import PTrainNetwork

/// A model as Keras's JSON describes it.
struct KerasDescription {
  /// What a file format wants. Keras 2.15 and 3 open both as they are described here.
  enum Dialect {
    case h5
    /// Of `.keras` files: every object with its module, and no input layer, whose settings the two call differently.
    case archive
  }

  /// The version of Keras whose form `.h5` files have.
  static let version = "2.15.0"

  let plan: ModelPlan
  let dialect: Dialect

  /// `{"class_name": "Sequential", "config": …}`
  func model() throws(KerasFileError) -> JSONValue {
    var layers = dialect == .h5 ? [input] : []
    for layer in plan.layers { layers.append(try describe(layer)) }
    return object(
      "Sequential", module: "keras", ["name": "sequential", "layers": .list(layers)], inputShape: plan.inputShape)
  }

  /// What `compile` was told, as in a `.h5` file.
  func training(loss: Loss, optimizer: Optimizer) -> JSONValue {
    [
      "loss": .text(loss.rawValue), "metrics": [accuracy(for: loss)], "weighted_metrics": nil, "loss_weights": nil,
      "optimizer_config": describe(optimizer),
    ]
  }

  /// By its class: from the name `accuracy`, Keras 2 makes the one for one-hot labels when it opens a `.h5` file.
  private func accuracy(for loss: Loss) -> JSONValue {
    let kind = loss == .sparseCategoricalCrossEntropy ? "SparseCategoricalAccuracy" : "CategoricalAccuracy"
    return object(kind, module: "keras.metrics", ["name": "accuracy", "dtype": "float32"])
  }

  /// What `compile` was told, as in a `.keras` file.
  func compilation(loss: Loss, optimizer: Optimizer) -> JSONValue {
    [
      "loss": .text(loss.rawValue), "metrics": ["accuracy"], "weighted_metrics": nil, "loss_weights": nil,
      "optimizer": describe(optimizer), "run_eagerly": false, "steps_per_execution": .integer(1), "jit_compile": false,
    ]
  }

  private var input: JSONValue {
    let batchShape = batch(plan.inputShape)
    return object(
      "InputLayer", module: "keras.layers",
      ["name": "input_1", "batch_input_shape": batchShape, "dtype": "float32", "sparse": false, "ragged": false])
  }

  private func describe(_ planned: ModelPlan.PlannedLayer) throws(KerasFileError) -> JSONValue {
    var config: [String: JSONValue] = ["name": .text(planned.name), "trainable": true, "dtype": "float32"]
    let kind: String
    switch planned.layer {
    case .flatten:
      kind = "Flatten"
      config["data_format"] = "channels_last"
    case .dropout(let dropout):
      kind = "Dropout"
      config.merge(["rate": .number(Double(dropout.rate)), "noise_shape": nil, "seed": nil]) { $1 }
    case .activation(let activation):
      kind = "Activation"
      config["activation"] = try describe(activation.function, in: planned.name)
    case .dense(let dense):
      kind = "Dense"
      config["activation"] = try describe(dense.activation, in: planned.name)
      config.merge(describe(dense)) { $1 }
    }
    return object(kind, module: "keras.layers", config, inputShape: planned.inputShape)
  }

  private func describe(_ dense: Dense) -> [String: JSONValue] {
    [
      "units": .integer(dense.units), "use_bias": .boolean(dense.useBias),
      "kernel_initializer": describe(dense.weightInitializer), "bias_initializer": describe(dense.biasInitializer),
      "kernel_regularizer": nil, "bias_regularizer": nil, "kernel_constraint": nil, "bias_constraint": nil,
    ]
  }

  private func describe(_ initializer: Initializer) -> JSONValue {
    let config: [String: JSONValue] = initializer == .zeros ? [:] : ["seed": nil]
    return object(initializer.kerasName, module: "keras.initializers", config)
  }

  private func describe(_ function: ActivationFunction, in layer: String) throws(KerasFileError) -> JSONValue {
    guard function != .step else {
      throw .inexpressible(found: "the activation step in the layer \(layer)", expected: "one that Keras has")
    }
    return .text(function.rawValue)
  }

  private func describe(_ optimizer: Optimizer) -> JSONValue {
    let rate = JSONValue.number(Double(optimizer.learningRate))
    switch optimizer {
    case .sgd(_, let momentum):
      let isNesterov = if case .nesterov = momentum { true } else { false }
      return object(
        "SGD", module: "keras.optimizers",
        [
          "name": "SGD", "learning_rate": rate, "momentum": .number(Double(momentum.factor)),
          "nesterov": .boolean(isNesterov),
        ])
    case .adam(_, let beta1, let beta2, let epsilon):
      return object(
        "Adam", module: "keras.optimizers",
        [
          "name": "Adam", "learning_rate": rate, "beta_1": .number(beta1), "beta_2": .number(beta2),
          "epsilon": .number(Double(epsilon)), "amsgrad": false,
        ])
    }
  }

  private func batch(_ shape: [Int]) -> JSONValue { .list([.null] + shape.map { .integer($0) }) }

  private func object(
    _ kind: String, module: String, _ config: [String: JSONValue], inputShape: [Int]? = nil
  ) -> JSONValue {
    var members: [String: JSONValue] = ["class_name": .text(kind), "config": .object(config)]
    // In `.h5` files the module would make Keras 3 read them by the rules of `.keras` files.
    if dialect == .archive {
      members["module"] = .text(module)
      members["registered_name"] = .null
      members["build_config"] = inputShape.map { ["input_shape": batch($0)] }
    }
    return .object(members)
  }
}
