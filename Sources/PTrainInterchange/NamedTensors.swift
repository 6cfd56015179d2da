import PTrainCore
import PTrainNetwork
import PTrainStorage

/// A model's parameters as tensors that bear its layers' names: `dense.weight` `[units, inputs]`, `dense.bias` `[units]`.
struct NamedTensors {
  /// A tensor in a file; `bytes` are little-endian and row-major.
  struct Tensor {
    let type: ElementType
    let shape: Shape
    let bytes: [UInt8]
  }

  /// The tensors of `model`, in the order of its layers.
  static func of(_ model: ExchangedModel) throws(WeightsError) -> [(name: String, shape: Shape, bytes: [UInt8])] {
    let layout = try layout(of: model.model)
    guard model.parameters.count == layout.count else {
      throw .wrongTensor(
        name: "the model's parameters", found: "\(model.parameters.count) numbers", expected: "\(layout.count)")
    }
    return layout.entries.map { entry in
      (entry.name, entry.shape, Array(model.parameters[entry.range]).littleEndianBytes)
    }
  }

  /// The model that `description` tells of, with parameters from the file's tensors.
  ///
  /// - Parameters:
  ///   - names: all tensors in the file.
  ///   - tensor: reads the one of a name; called for those that the model has, and told how many elements.
  static func model(
    _ description: ModelDescription, names: [String],
    tensor: (_ name: String, _ elementCount: Int) throws(StorageError) -> Tensor
  ) throws(WeightsError) -> ExchangedModel {
    let layout = try layout(of: description.model)
    if let foreign = names.first(where: { layout[$0] == nil }) {
      throw .foreignTensor(name: foreign, expected: layout.entries.map(\.name))
    }
    var parameters: [Float] = []
    for entry in layout.entries {
      let found = try WeightsError.translating { () throws(StorageError) in
        try tensor(entry.name, entry.shape.elementCount)
      }
      parameters += try floats(of: found, for: entry)
    }
    return ExchangedModel(
      model: description.model, loss: description.loss, optimizer: description.optimizer, parameters: parameters,
      unsupportedLoss: description.unsupportedLoss)
  }

  private static func floats(of tensor: Tensor, for entry: ParameterLayout.Entry) throws(WeightsError) -> [Float] {
    guard tensor.shape == entry.shape, let floats = tensor.type.floats(tensor.bytes) else {
      throw .wrongTensor(
        name: entry.name, found: "\(tensor.type.rawValue) \(tensor.shape)", expected: "F32 \(entry.shape)")
    }
    return floats
  }

  private static func layout(of model: Sequential) throws(WeightsError) -> ParameterLayout {
    try WeightsError.translating { () throws(ModelError) in try ModelPlan(model).layout }
  }
}
