import PTrainNetwork
import PTrainStorage
import SwiftProtobuf
import Testing

@testable import PTrainInterchange

struct ONNXModelTests {
  static func file(_ model: ExchangedModel) throws -> ONNXModelProto {
    try ONNXModelProto(serializedBytes: ONNXModel.encoded(model))
  }

  @Test func operatorsFollowTheLayers() throws {
    let nodes = try Self.file(SampleModels.everyLayer).graph.node
    #expect(
      nodes.map(\.opType) == [
        "Tanh", "Flatten", "Gemm", "Relu", "Gemm", "Sigmoid", "Gemm", "Relu", "Sign", "Gemm", "Gemm", "Tanh", "Softmax",
      ])
    #expect(nodes.first?.input == ["input"])
    #expect(nodes.last?.output == ["output"])
    for (earlier, later) in zip(nodes, nodes.dropFirst()) { #expect(later.input.first == earlier.output.first) }
    #expect(Set(nodes.map(\.name)).count == nodes.count)
  }

  @Test func layersWithoutABiasReadNone() throws {
    let products = try Self.file(SampleModels.everyLayer).graph.node.filter { $0.opType == "Gemm" }
    #expect(
      products.map { Array($0.input.dropFirst()) } == [
        ["dense.weight", "dense.bias"], ["dense_1.weight"], ["dense_2.weight", "dense_2.bias"],
        ["dense_3.weight", "dense_3.bias"], ["dense_4.weight", "dense_4.bias"],
      ])
    #expect(products.allSatisfy { $0.attribute.map(\.name) == ["transB"] && $0.attribute.map(\.i) == [1] })
  }

  @Test func parametersAreTheModelsToTheBit() throws {
    let tensors = try Self.file(SampleModels.everyLayer).graph.initializer
    #expect(tensors.flatMap { Array($0.rawData) } == SampleModels.everyLayer.parameters.littleEndianBytes)
    #expect(tensors.first?.dims == [5, 6])
  }

  @Test func theBatchDimensionIsFree() throws {
    let graph = try Self.file(SampleModels.everyLayer).graph
    let input = try #require(graph.input.first).type.tensorType.shape.dim
    #expect(input.map(\.dimParam) == ["batch", "", ""])
    #expect(input.map(\.dimValue) == [0, 2, 3])
    let output = try #require(graph.output.first).type.tensorType.shape.dim
    #expect(output.map(\.dimParam) == ["batch", ""])
    #expect(output.map(\.dimValue) == [0, 3])
  }

  @Test func sameModelGivesSameBytes() throws {
    #expect(try ONNXModel.encoded(SampleModels.everyLayer) == ONNXModel.encoded(SampleModels.everyLayer))
  }
}
