import FoundationEssentials
import PTrainCore
import PTrainNetwork
import Testing

struct CodingTests {
  static let model = Sequential(inputShape: [28, 28]) {
    Flatten()
    Dense(20, activation: .relu, useBias: false, weightInitializer: .heNormal)
    Dropout(0.2)
    Dense(3)
    Activation(.softmax)
  }

  static let text =
    #"{"input_shape":[28,28],"layers":[{"type":"flatten"},"#
    + #"{"activation":"relu","bias_initializer":"zeros","type":"dense","units":20,"use_bias":false,"#
    + #""weight_initializer":"he_normal"},{"rate":0.2,"type":"dropout"},"#
    + #"{"activation":"linear","bias_initializer":"zeros","type":"dense","units":3,"use_bias":true,"#
    + #""weight_initializer":"glorot_uniform"},{"activation":"softmax","type":"activation"}]}"#

  static let optimizers: [Optimizer] = [
    .sgd(), .sgd(learningRate: 0.1, momentum: .classical(0.9)), .sgd(momentum: .nesterov(0.5)), .adam(),
    .adam(learningRate: 0.3, beta1: 0.1, beta2: 0.2, epsilon: 1e-3),
  ]

  func encoded(_ value: some Encodable) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    return String(decoding: try encoder.encode(value), as: UTF8.self)
  }

  func decoded<Value: Decodable>(_ text: String) throws -> Value {
    try JSONDecoder().decode(Value.self, from: Data(text.utf8))
  }

  @Test func modelIsStoredAsThisTextAndReadBack() throws {
    #expect(try encoded(Self.model) == Self.text)
    #expect(try decoded(Self.text) == Self.model)
  }

  @Test(arguments: optimizers)
  func optimizersAreReadBack(optimizer: Optimizer) throws {
    #expect(try decoded(encoded(optimizer)) == optimizer)
  }

  @Test func optimizersAreStoredAsTheseTexts() throws {
    #expect(try encoded(Self.optimizers[0]) == #"{"learning_rate":0.01,"momentum":{"type":"none"},"type":"sgd"}"#)
    #expect(
      try encoded(Self.optimizers[1])
        == #"{"learning_rate":0.1,"momentum":{"factor":0.9,"type":"classical"},"type":"sgd"}"#)
    #expect(
      try encoded(Self.optimizers[3])
        == #"{"beta1":0.9,"beta2":0.999,"epsilon":1e-07,"learning_rate":0.001,"type":"adam"}"#)
    #expect(
      try encoded(Loss.allCases)
        == #"["sparse_categorical_crossentropy","categorical_crossentropy","mean_squared_error"]"#)
  }

  /// A resumed job must compute with the same bits.
  @Test func everyLearningRateIsReadBackToTheBit() throws {
    let random = CounterRandom(seed: 1, stream: .packing)
    let rates = (0..<2000).map { Float(bitPattern: random.block($0)[0] & 0x7F7F_FFFF) }
    let optimizers = rates.map { Optimizer.sgd(learningRate: $0, momentum: .classical($0)) }
    #expect(try decoded(encoded(optimizers)) == optimizers)
  }

  @Test(arguments: [
    (#""type":"dropout""#, #""type":"conv2d""#), (#""type":"dropout""#, #""kind":"dropout""#),
    (#""activation":"relu""#, #""activation":"gelu""#), (#""units":20"#, #""units":"20""#),
    (#""units":20"#, #""units":20,"dtype":"float16""#), (#""units":20,"#, ""), (#""use_bias":false,"#, ""),
    (#""rate":0.2"#, #""rate":0.2,"seed":1"#), (#"{"type":"flatten"}"#, #"{"type":"flatten","order":"C"}"#),
    (#""activation":"softmax""#, #""activation":"softmax","axis":1"#), ("{\"input", "{\"name\":\"m\",\"input"),
    ("he_normal", "lecun_normal"),
  ])
  func modelThatIsNotUnderstoodIsRefused(found: String, changed: String) throws {
    let text = Self.text.replacing(found, with: changed)
    #expect(text != Self.text)
    #expect(throws: DecodingError.self) { () -> Sequential in try decoded(text) }
  }

  @Test(arguments: [
    #"{"type":"rmsprop","learning_rate":0.1}"#, #"{"type":"sgd","learning_rate":0.1}"#,
    #"{"type":"sgd","learning_rate":0.1,"momentum":{"type":"none"},"decay":0.1}"#,
    #"{"type":"sgd","learning_rate":0.1,"momentum":{"type":"none","factor":0.1}}"#,
    #"{"type":"sgd","learning_rate":0.1,"momentum":{"type":"heavy","factor":0.1}}"#,
    #"{"type":"adam","learning_rate":0.1,"beta1":0.9,"beta2":0.9,"epsilon":0.1,"amsgrad":true}"#,
  ])
  func optimizerThatIsNotUnderstoodIsRefused(text: String) {
    #expect(throws: DecodingError.self) { () -> Optimizer in try decoded(text) }
  }
}
