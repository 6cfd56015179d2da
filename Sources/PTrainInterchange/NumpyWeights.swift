import PTrainCore
import PTrainStorage

/// A model as a `.npz` file of NumPy: its parameters by name, and its description as the bytes of a JSON text.
///
/// Python: `numpy.load(path)["dense.weight"]`; the description is `json.loads(bytes(numpy.load(path)["ptrain"]))`.
package enum NumpyWeights {
  /// What is read at most, all arrays together.
  private static let largestBytes = 16 << 30
  /// What stands before an array's elements, and more.
  private static let headerBytes = 1 << 17

  /// Whether `bytes` begin as a zip archive, which other formats are too: the last one to ask.
  package static func isFormat(_ bytes: [UInt8]) -> Bool { bytes.starts(with: ZipArchive.magic) }

  /// The bytes of a file. The same model gives the same bytes.
  package static func encoded(_ model: ExchangedModel) throws(WeightsError) -> [UInt8] {
    var arrays = try NamedTensors.of(model).map { (name: $0.name, array: NumpyArray(.f32, $0.shape, $0.bytes)) }
    let description = ModelDescription(model).json
    let shape = try WeightsError.translating { () throws(ShapeError) in try Shape([description.count]) }
    arrays.append((ModelDescription.key, NumpyArray(.u8, shape, description)))
    return try WeightsError.translating { () throws(StorageError) in try NumpyArchive.encoded(arrays) }
  }

  /// Reads a file that describes its model. Arrays may be of any floating-point type.
  package static func read(_ bytes: [UInt8]) throws(WeightsError) -> ExchangedModel {
    let archive = try WeightsError.translating { () throws(StorageError) in
      try NumpyArchive(bytes, limit: largestBytes)
    }
    guard archive.contains(ModelDescription.key) else { throw .undescribed(tensors: archive.names) }
    let text = try WeightsError.translating { () throws(StorageError) in
      try archive.array(named: ModelDescription.key, limit: ModelDescription.largestBytes + headerBytes)
    }
    guard text.type == .u8 else { throw .malformedDescription(reason: "elements of type \(text.type.rawValue)") }
    let names = archive.names.filter { $0 != ModelDescription.key }
    return try NamedTensors.model(ModelDescription(json: text.bytes), names: names) {
      name, elementCount throws(StorageError) in
      let most = elementCount.multipliedReportingOverflow(by: ElementType.f64.width)
      let array = try archive.array(
        named: name, limit: most.overflow ? largestBytes : min(most.partialValue, largestBytes) + headerBytes)
      return NamedTensors.Tensor(type: array.type, shape: array.shape, bytes: array.bytes)
    }
  }
}
