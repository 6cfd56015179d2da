import PTrainCore
import PTrainStorage

/// A model as a plain safetensors file: its parameters by name, and its description in the metadata.
///
/// Python: `safetensors.numpy.load_file(path)["dense.weight"]`; the description is
/// `json.loads(safetensors.safe_open(path, "np").metadata()["ptrain"])`.
package enum SafetensorsWeights {
  /// Whether `bytes` begin as a safetensors file: a length that the format allows, then JSON.
  package static func isFormat(_ bytes: [UInt8]) -> Bool {
    bytes.count > 8 && bytes[8] == UInt8(ascii: "{")
      && bytes[..<8].reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) } <= UInt64(SafetensorsHeader.maximumTextBytes)
  }

  /// The bytes of a file. The same model gives the same bytes.
  package static func encoded(_ model: ExchangedModel) throws(WeightsError) -> [UInt8] {
    let tensors = try NamedTensors.of(model)
    let description = String(decoding: ModelDescription(model).json, as: UTF8.self)
    var header = SafetensorsHeader(metadata: [ModelDescription.key: description])
    try WeightsError.translating { () throws(StorageError) in
      for tensor in tensors { try header.append(tensor.name, .f32, tensor.shape) }
    }
    return header.serialised() + tensors.flatMap(\.bytes)
  }

  /// Reads a file whose metadata describe its model. Tensors may be of any floating-point type.
  package static func read(_ bytes: [UInt8]) throws(WeightsError) -> ExchangedModel {
    let header = try WeightsError.translating { () throws(StorageError) in
      try bytes.scoped { file throws(StorageError) in try SafetensorsHeader(parsing: file, fileBytes: file.count) }
    }
    let names = header.tensors.map(\.name)
    guard let text = header.metadata[ModelDescription.key] else { throw .undescribed(tensors: names) }
    let payloadStart = bytes.count - header.payloadBytes
    return try NamedTensors.model(ModelDescription(json: Array(text.utf8)), names: names) {
      name, _ throws(StorageError) in
      guard let tensor = header[name] else { throw .missingTensor(name: name, present: names) }
      let place = (payloadStart + tensor.range.lowerBound)..<(payloadStart + tensor.range.upperBound)
      return NamedTensors.Tensor(type: tensor.type, shape: tensor.shape, bytes: Array(bytes[place]))
    }
  }
}
