import PTrainCore
import PTrainNetwork
import PTrainStorage

/// `.keras` files: a zip archive with the description as JSON and the weights as HDF5.
extension KerasFile {
  private static let configName = "config.json"
  private static let weightsName = "model.weights.h5"

  /// Bytes that the files of an archive may have together.
  package static let largestBytes = 4 << 30

  /// Whether `bytes` are a zip archive with a Keras model's description.
  package static func isArchive(_ bytes: [UInt8]) -> Bool {
    guard bytes.starts(with: ZipArchive.magic) else { return false }
    return (try? ZipArchive(bytes, limit: largestBytes)[configName]) != nil
  }

  /// The model in the `.keras` file with the content `bytes`, of Keras 3 or 2.15.
  package static func model(archive bytes: [UInt8]) throws(KerasFileError) -> ExchangedModel {
    let (config, weights) = try rethrowing { () throws(StorageError) in
      let archive = try ZipArchive(bytes, limit: largestBytes)
      return (try archive.content(named: configName), try archive.content(named: weightsName))
    }
    guard let text = String(validating: config, as: UTF8.self) else {
      throw .malformed(found: "\(configName) not in UTF-8", expected: "JSON, as Keras writes")
    }
    let description = try JSONValue(parsing: text, called: configName)
    let compilation = description["compile_config"]
    let root = try HDF5File(weights).object()
    return try model(
      KerasArchitecture(description),
      KerasTraining(loss: compilation?["loss"], optimizer: compilation?["optimizer"]), fileBytes: weights.count
    ) { index throws(KerasFileError) in
      // Keras numbers the layers of each class, whatever their names are.
      let name = "layers/dense\(index == 0 ? "" : "_\(index)")/vars"
      let variables = try root?.object(name)
      let objects = [try variables?.object("0"), try variables?.object("1")].compactMap { $0 }
      guard !objects.isEmpty else {
        throw .malformed(
          found: "no \(name) in \(weightsName)", expected: "the weights of dense layer number \(index + 1)")
      }
      return objects
    }
  }

  /// The bytes of a `.keras` file with `model`, which Keras 2.15 and 3 open, compiled if it has an optimizer.
  package static func archive(_ model: ExchangedModel) throws(KerasFileError) -> [UInt8] {
    let plan = try plan(of: model)
    let description = KerasDescription(plan: plan, dialect: .archive)
    guard case .object(var config) = try description.model() else { return [] }
    if let optimizer = model.optimizer {
      config["compile_config"] = description.compilation(loss: model.loss, optimizer: optimizer)
    }
    let metadata: JSONValue = ["keras_version": .text(KerasDescription.version)]
    let weights = try HDF5Writer.file(weights(plan, model.parameters))
    return try rethrowing { () throws(StorageError) in
      var archive = ZipWriter()
      try archive.append("metadata.json", Array(metadata.serialised.utf8))
      try archive.append(configName, Array(JSONValue.object(config).serialised.utf8))
      try archive.append(weightsName, weights)
      return archive.encoded()
    }
  }

  /// `layers/dense/vars/0` and so on, for every layer.
  private static func weights(_ plan: ModelPlan, _ parameters: [Float]) -> HDF5Group {
    let arrays = Dictionary(
      uniqueKeysWithValues: zip(plan.denseLayers.map(\.name), KerasWeights.arrays(plan, parameters)))
    var layers = HDF5Group()
    for layer in plan.layers {
      var (variables, group) = (HDF5Group(), HDF5Group())
      for (number, array) in (arrays[layer.name] ?? []).enumerated() { variables.add("\(number)", array) }
      group.add("vars", variables)
      layers.add(layer.name, group)
    }
    var root = HDF5Group()
    root.add("layers", layers)
    root.add("vars", HDF5Group())
    return root
  }
}
