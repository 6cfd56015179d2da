import FoundationEssentials
import PTrainCore
import PTrainNetwork
import SwiftProtobuf

/// A model as an ONNX file for inference: one input, `input` `[batch, …]`, and one output, `output` `[batch, …]`.
///
/// The batch dimension is free. Dropout is left out, because it does nothing in inference.
package enum ONNXModel {
  /// Of June 2022; ONNX Runtime 1.12 and newer take it.
  static let operatorSet: Int64 = 17
  /// The file format's version that came with ``operatorSet``.
  static let formatVersion: Int64 = 8

  static let input = "input"
  static let output = "output"

  /// The bytes of a file. The same model gives the same bytes.
  package static func encoded(_ model: ExchangedModel) throws(WeightsError) -> [UInt8] {
    let tensors = try NamedTensors.of(model)
    let plan = try WeightsError.translating { () throws(ModelError) in try ModelPlan(model.model) }
    var graph = ONNXGraphProto()
    graph.name = "model"
    graph.node = ONNXGraph(plan).nodes
    graph.initializer = tensors.map { tensor in
      ONNXTensorProto.with {
        $0.name = tensor.name
        $0.dataType = Int32(ONNXTensorProto.DataType.float.rawValue)
        $0.dims = tensor.shape.dimensions.map(Int64.init)
        $0.rawData = Data(tensor.bytes)
      }
    }
    graph.input = [value(input, plan.inputShape)]
    graph.output = [value(output, plan.outputShape)]
    return try serialised(file(graph))
  }

  private static func file(_ graph: ONNXGraphProto) -> ONNXModelProto {
    .with {
      $0.irVersion = formatVersion
      $0.producerName = "ptrain"
      $0.producerVersion = PTrainVersion.current
      $0.opsetImport = [.with { $0.version = operatorSet }]
      $0.graph = graph
    }
  }

  /// A matrix of `Float`, `[batch, …]`, with samples of `shape`.
  private static func value(_ name: String, _ shape: [Int]) -> ONNXValueInfoProto {
    let batch = ONNXTensorShapeProto.Dimension.with { $0.dimParam = "batch" }
    let dimensions = shape.map { size in ONNXTensorShapeProto.Dimension.with { $0.dimValue = Int64(size) } }
    return .with {
      $0.name = name
      $0.type.tensorType.elemType = Int32(ONNXTensorProto.DataType.float.rawValue)
      $0.type.tensorType.shape.dim = [batch] + dimensions
    }
  }

  private static func serialised(_ file: ONNXModelProto) throws(WeightsError) -> [UInt8] {
    do {
      return try Array(file.serializedData() as Data)
    } catch {
      throw .other(
        Diagnosis(
          .usage, found: "a model larger than ONNX's 2 GiB (\(error))", expected: "a smaller one",
          remedy: "export it as safetensors or .npz"))
    }
  }
}
