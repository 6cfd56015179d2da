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
    let (archive, config) = try rethrowing { () throws(StorageError) in
      let archive = try ZipArchive(bytes, limit: largestBytes)
      return (archive, try archive.content(named: configName, limit: JSONValue.largestBytes))
    }
    guard let text = String(validating: config, as: UTF8.self) else {
      throw .malformed(found: "\(configName) not in UTF-8", expected: "JSON, as Keras writes")
    }
    let description = try JSONValue(parsing: text, called: configName)
    let compilation = description["compile_config"]
    let architecture = try KerasArchitecture(description)
    let weights = try weights(in: archive, of: architecture)
    let root = try HDF5File(weights).object()
    return try model(
      architecture,
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

  /// The HDF5 file in `archive`, if it is not larger than the weights and the optimizer's state of such a model can be:
  /// what deflates well could fill the memory.
  private static func weights(
    in archive: ZipArchive, of architecture: KerasArchitecture
  ) throws(KerasFileError) -> [UInt8] {
    let plan = try rethrowing { () throws(ModelError) in try ModelPlan(architecture.model) }
    let parameters = min(plan.layout.count, largestBytes / mostBytesPerParameter)
    let most = parameters * mostBytesPerParameter + (plan.layers.count + 16) * mostBytesPerGroup
    return try rethrowing { () throws(StorageError) in try archive.content(named: weightsName, limit: most) }
  }

  /// The number itself and three of an optimizer's for it, in 64 bits: with room to spare.
  private static let mostBytesPerParameter = 64
  /// What HDF5 needs for a layer, an optimizer or its like beside the numbers; some kilobytes in Keras's files.
  private static let mostBytesPerGroup = 1 << 16

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
