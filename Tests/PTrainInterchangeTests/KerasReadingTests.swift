import Foundation
import PTrainNetwork
import Testing

@testable import PTrainInterchange

/// What Keras wrote is what is read.
@Suite struct KerasReadingTests {
  /// Sums of up to 12 products of numbers of about 1, and a softmax: some units of the last place of 1.
  private static let tolerance: Float = 16 * 0x1p-23

  @Test(arguments: KerasFixtures.models, ["h5", "keras"])
  func predictionsAreThoseOfKeras(name: String, ending: String) throws {
    let expected = try KerasFixtures.expected(name)
    let outputs = try KerasFixtures.model("\(name).\(ending)").predict(expected.inputs)
    // A model on logits gives probabilities here.
    let wanted = name.hasSuffix("logits") ? expected.outputs.map(Self.softmax) : expected.outputs
    #expect(outputs.count == 5 && outputs.allSatisfy { $0.count == 3 })
    for (found, wanted) in zip(outputs.joined(), wanted.joined()) {
      #expect(abs(found - wanted) <= Self.tolerance, "\(found) \(wanted)")
    }
  }

  private static func softmax(_ logits: [Float]) -> [Float] {
    let powers = logits.map { exp(Double($0)) }
    return powers.map { Float($0 / powers.reduce(0, +)) }
  }

  @Test(arguments: KerasFixtures.models) func bothFormatsHoldTheSameModel(name: String) throws {
    let (h5, archive) = (try KerasFixtures.model("\(name).h5"), try KerasFixtures.model("\(name).keras"))
    #expect(h5.model == archive.model && h5.parameters == archive.parameters && h5.loss == archive.loss)
  }

  @Test func layersAreReadWithTheirSettings() throws {
    let model = try KerasFixtures.model("keras2-every-layer.h5").model
    #expect(
      model
        == Sequential(inputShape: [4, 3]) {
          Flatten()
          Dense(6, useBias: false)
          Activation(.relu)
          Dense(5, activation: .tanh, weightInitializer: .heNormal)
          Activation(.sigmoid)
          Dense(4)
          Dropout(0.5)
          Dense(3)
          Activation(.softmax)
        })
  }

  @Test(arguments: ["keras2", "keras3"]) func lossAndOptimizerAreRead(version: String) throws {
    let classifier = try KerasFixtures.model("\(version)-classifier.h5")
    #expect(classifier.loss == .sparseCategoricalCrossEntropy && classifier.optimizer == .adam())
    let layers = try KerasFixtures.model("\(version)-every-layer.h5")
    #expect(layers.loss == .meanSquaredError)
    #expect(layers.optimizer == .sgd(learningRate: 0.125, momentum: .nesterov(0.75)))
    // RMSprop isn't ptrain's; the chain was never compiled.
    for name in ["logits", "chain"] {
      let model = try KerasFixtures.model("\(version)-\(name).h5")
      #expect(model.optimizer == nil && model.loss == .sparseCategoricalCrossEntropy && model.unsupportedLoss == nil)
    }
  }

  @Test func theOptimizerOfAnArchiveIsReadByNameAndByObject() throws {
    #expect(try KerasFixtures.model("keras2-classifier.keras").optimizer == .adam())
    #expect(
      try KerasFixtures.model("keras2-every-layer.keras").optimizer
        == .sgd(learningRate: 0.125, momentum: .nesterov(0.75)))
  }

  @Test(arguments: [
    (#""sparse_categorical_crossentropy""#, Loss.sparseCategoricalCrossEntropy), (#""mse""#, .meanSquaredError),
    (#""MSE""#, .meanSquaredError), (#""mean_squared_error""#, .meanSquaredError),
    (#"{"class_name":"MeanSquaredError","config":{"reduction":"auto"}}"#, .meanSquaredError),
    (#"["categorical_crossentropy"]"#, .categoricalCrossEntropy), (#"{"dense_1":"mse"}"#, .meanSquaredError),
    (#"{"class_name":"CategoricalCrossentropy","config":{"label_smoothing":0.0}}"#, .categoricalCrossEntropy),
    (#"{"class_name":"function","config":"mean_squared_error"}"#, .meanSquaredError),
    (#""hinge""#, nil), (#"{"class_name":"MeanSquaredError","config":{"reduction":"sum"}}"#, nil),
    (#"{"class_name":"CategoricalCrossentropy","config":{"label_smoothing":0.1}}"#, nil),
  ])
  func lossesAreKnownInKerassSpellings(text: String, loss: Loss?) throws {
    let training = KerasTraining(loss: try JSONValue(parsing: text, called: "loss"), optimizer: nil)
    #expect(training.loss == loss && (training.unsupportedLoss == nil) == (loss != nil))
  }

  @Test(arguments: [
    #"{"class_name":"Adam","config":{"amsgrad":true}}"#, #"{"class_name":"SGD","config":{"weight_decay":0.1}}"#,
    #"{"class_name":"SGD","config":{"learning_rate":{"class_name":"CosineDecay"}}}"#, #""rmsprop""#, "3",
    #"{"class_name":"SGD","config":{"learning_rate":0}}"#, #"{"class_name":"Adam","config":{"beta_1":1}}"#,
  ])
  func anOptimizerThatDoesMoreThanPtrainsIsNotTakenForIt(text: String) throws {
    #expect(KerasTraining(loss: nil, optimizer: try JSONValue(parsing: text, called: "optimizer")).optimizer == nil)
  }

  @Test(arguments: ["plain", "big-endian-float64", "compact"])
  func numbersAreReadFromOtherForms(name: String) throws {
    let plain = try KerasFixtures.model("keras3-chain.h5")
    #expect(try KerasFixtures.read(KerasFixtures.variation(name)) == plain)
  }
}
