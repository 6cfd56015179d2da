import PTrainCore
import PTrainNetwork
import Testing

@testable import PTrainInterchange

/// What is written is read again, and is the same every time.
@Suite struct KerasWritingTests {
  private static let everything = Sequential(inputShape: [2, 3]) {
    Flatten()
    Dense(5, activation: .relu, weightInitializer: .heUniform)
    Dropout(0.25)
    Dense(4, useBias: false)
    Activation(.tanh)
    Dense(3, activation: .sigmoid)
    Dense(3, activation: .softmax)
  }

  private func exchanged(_ model: Sequential, _ loss: Loss, _ optimizer: Optimizer?) throws -> ExchangedModel {
    let count = try ModelPlan(model).layout.count
    return ExchangedModel(
      model: model, loss: loss, optimizer: optimizer, parameters: (0..<count).map { Float($0) / 7 - 3 })
  }

  private func encodings(_ model: ExchangedModel) throws -> [[UInt8]] {
    [try KerasFile.h5(model), try KerasFile.archive(model)]
  }

  @Test(
    arguments: Loss.allCases,
    [
      Optimizer.sgd(learningRate: 0.03), .sgd(learningRate: 1, momentum: .classical(0.9)),
      .sgd(momentum: .nesterov(0.5)), .adam(learningRate: 0.002, beta1: 0.8, beta2: 0.99, epsilon: 1e-6), nil,
    ])
  func whatIsWrittenIsReadAgain(loss: Loss, optimizer: Optimizer?) throws {
    // Nothing is told of the loss without an optimizer.
    let loss = optimizer == nil ? .sparseCategoricalCrossEntropy : loss
    let model = try exchanged(Self.everything, loss, optimizer)
    for bytes in try encodings(model) { #expect(try KerasFixtures.read(bytes) == model) }
  }

  @Test func theSameModelGivesTheSameBytes() throws {
    let model = try exchanged(Self.everything, .meanSquaredError, .adam())
    let first = try encodings(model)
    #expect(try encodings(model) == first)
    var other = model
    other.parameters[7] = 0.5
    #expect(try encodings(other) != first)
  }

  /// Keras refuses a momentum of 0, and units of 4.0.
  @Test func numbersKeepTheirKindInJSON() throws {
    let value: JSONValue = ["b": .number(0), "a": .integer(4), "c": ["x\n\"\\ö\u{1}", nil, true], "d": .number(1e-7)]
    #expect(value.serialised == #"{"a": 4, "b": 0.0, "c": ["x\u000a\"\\ö\u0001", null, true], "d": 1e-07}"#)
    let again = try JSONValue(parsing: value.serialised, called: "value")
    #expect(again["c"] == value["c"] && again["a"]?.wholeNumber == 4)
    let sgd = try KerasFile.h5(exchanged(Self.everything, .meanSquaredError, .sgd(learningRate: 1)))
    let config = try #require(try HDF5File(sgd).object()?.text("training_config"))
    #expect(config.contains(#""learning_rate": 1.0, "momentum": 0.0"#))
  }

  @Test func kernelsAreTransposed() throws {
    let model = Sequential(inputShape: [2]) { Dense(3, useBias: false) }
    let bytes = try KerasFile.h5(
      ExchangedModel(model: model, loss: .meanSquaredError, optimizer: nil, parameters: [1, 2, 3, 4, 5, 6]))
    let kernel = try HDF5File(bytes).object("model_weights/dense/dense/kernel:0")
    #expect(try kernel?.floats(Shape([2, 3]), called: "kernel") == [1, 3, 5, 2, 4, 6])
  }

  @Test func anActivationThatKerasLacksIsNamed() throws {
    let model = try exchanged(Sequential(inputShape: [2]) { Dense(3, activation: .step) }, .meanSquaredError, nil)
    let error = #expect(throws: KerasFileError.self) { try KerasFile.h5(model) }
    #expect(error?.description.contains("the activation step in the layer dense") == true)
    #expect(throws: KerasFileError.self) { try KerasFile.archive(model) }
  }

  @Test func aModelWithoutItsParametersIsRefused() throws {
    var model = try exchanged(Self.everything, .meanSquaredError, nil)
    model.parameters.removeLast()
    #expect(throws: KerasFileError.self) { try KerasFile.h5(model) }
  }

  @Test func listsTooLongForOneAttributeAreSpread() throws {
    let names = (0..<9000).map { "layer_\($0)" }
    var root = HDF5Group()
    root.set("layer_names", names)
    root.set("none", [])
    root.set("short", ["a", "ö"])
    let object = try #require(try HDF5File(HDF5Writer.file(root)).object())
    #expect(try object.texts("layer_names") == names && object.texts("layer_names2")?.count == 936)
    #expect(try object.texts("none") == [] && object.texts("short") == ["a", "ö"] && object.texts("others") == nil)
  }

  @Test func manyMembersAreFound() throws {
    var root = HDF5Group()
    for number in 0..<1000 { root.add("n\(number)", HDF5Array(shape: [1], values: [Float(number)])) }
    let file = try HDF5File(HDF5Writer.file(root))
    for number in [0, 1, 499, 999] {
      #expect(try file.object("n\(number)")?.floats(Shape([1]), called: "n") == [Float(number)])
    }
    #expect(try file.object("n1000") == nil)
  }

  @Test func filesAreMadeOnManyThreadsAtOnce() async throws {
    let model = try exchanged(Self.everything, .meanSquaredError, .adam())
    let expected = try KerasFile.h5(model)
    let same = await withTaskGroup(of: Bool.self) { group in
      for _ in 0..<8 { group.addTask { (try? KerasFile.h5(model)) == expected } }
      return await group.reduce(true) { $0 && $1 }
    }
    #expect(same)
  }
}
