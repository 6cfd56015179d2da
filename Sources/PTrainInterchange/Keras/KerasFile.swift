import PTrainCore
import PTrainNetwork

/// Models in Keras's file formats: `.h5` of Keras 2 and 3, here and in the files beside this one.
package enum KerasFile {
  /// Whether `bytes` begin as a `.h5` does.
  package static func isH5(_ bytes: some Sequence<UInt8>) -> Bool { bytes.starts(with: HDF5File.signature) }

  /// The model in the `.h5` file with the content `bytes`.
  ///
  /// Only descriptions and numbers are read, never code. A loss that takes logits gives the model a softmax at its
  /// end, see ``KerasArchitecture/addSoftmax()``.
  package static func model(h5 bytes: [UInt8]) throws(KerasFileError) -> ExchangedModel {
    let file = try HDF5File(bytes)
    guard let root = try file.object(), let text = try root.text("model_config") else {
      throw .unsupported(
        found: "a file without model_config, such as weights alone", expected: "a model saved with model.save()")
    }
    let architecture = try KerasArchitecture(JSONValue(parsing: text, called: "model_config"))
    var training = KerasTraining.none
    if let text = try root.text("training_config") {
      let config = try JSONValue(parsing: text, called: "training_config")
      training = KerasTraining(loss: config["loss"], optimizer: config["optimizer_config"])
    }
    return try model(architecture, training, fileBytes: bytes.count) { index throws(KerasFileError) in
      try weights(of: architecture.denseNames[index], in: root)
    }
  }

  /// The data sets of the layer `name`: `model_weights/dense/dense/kernel:0`, named by the layer's group.
  private static func weights(of name: String, in root: HDF5Object) throws(KerasFileError) -> [HDF5Object] {
    guard let group = try root.object("model_weights")?.object(name), let names = try group.texts("weight_names") else {
      throw .malformed(found: "no weights of the layer \(name)", expected: "them in model_weights/\(name)")
    }
    var objects: [HDF5Object] = []
    for name in names.prefix(3) {
      guard let object = try group.object(name) else {
        throw .malformed(found: "no \(name)", expected: "the weights that its group names")
      }
      objects.append(object)
    }
    return objects
  }

  static func model(
    _ described: KerasArchitecture, _ training: KerasTraining, fileBytes: Int,
    objects: (_ index: Int) throws(KerasFileError) -> [HDF5Object]
  ) throws(KerasFileError) -> ExchangedModel {
    var architecture = described
    if training.isFromLogits { architecture.addSoftmax() }
    let model = architecture.model
    let plan = try rethrowing { () throws(ModelError) in try ModelPlan(model) }
    let parameters = try KerasWeights.parameters(plan, fileBytes: fileBytes, objects: objects)
    return ExchangedModel(
      model: model, loss: training.loss ?? .sparseCategoricalCrossEntropy, optimizer: training.optimizer,
      parameters: parameters, unsupportedLoss: training.unsupportedLoss)
  }

  /// The bytes of a `.h5` file with `model`, which Keras 2 and 3 open, compiled if it has an optimizer.
  package static func h5(_ model: ExchangedModel) throws(KerasFileError) -> [UInt8] {
    let plan = try plan(of: model)
    let description = KerasDescription(plan: plan, dialect: .h5)
    var root = HDF5Group()
    root.set("backend", "tensorflow")
    root.set("keras_version", KerasDescription.version)
    root.set("model_config", try description.model().serialised)
    if let optimizer = model.optimizer {
      root.set("training_config", description.training(loss: model.loss, optimizer: optimizer).serialised)
    }
    var weights = HDF5Group()
    weights.set("backend", "tensorflow")
    weights.set("keras_version", KerasDescription.version)
    weights.set("layer_names", plan.layers.map(\.name))
    let arrays = Dictionary(
      uniqueKeysWithValues: zip(plan.denseLayers.map(\.name), KerasWeights.arrays(plan, model.parameters)))
    for layer in plan.layers { weights.add(layer.name, group(layer.name, arrays[layer.name] ?? [])) }
    root.add("model_weights", weights)
    return try HDF5Writer.file(root)
  }

  /// The group of the layer `name`: `dense/kernel:0` and `dense/bias:0`, and their names.
  private static func group(_ name: String, _ arrays: [HDF5Array]) -> HDF5Group {
    var (group, inner) = (HDF5Group(), HDF5Group())
    let names = ["kernel:0", "bias:0"].prefix(arrays.count)
    group.set("weight_names", names.map { "\(name)/\($0)" })
    for (array, name) in zip(arrays, names) { inner.add(name, array) }
    if !arrays.isEmpty { group.add(name, inner) }
    return group
  }

  static func plan(of model: ExchangedModel) throws(KerasFileError) -> ModelPlan {
    let plan = try rethrowing { () throws(ModelError) in try ModelPlan(model.model) }
    guard model.parameters.count == plan.layout.count else {
      throw .malformed(
        found: "\(model.parameters.count) parameters", expected: "\(plan.layout.count), as the model has")
    }
    return plan
  }
}
