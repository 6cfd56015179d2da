import PTrainCore
import PTrainInterchange
import PTrainNetwork

/// Models with parameters, to write and to read again.
enum SampleModels {
  /// Each kind of layer and of activation once.
  static let everyLayer = with(
    Sequential(inputShape: [2, 3]) {
      Activation(.tanh)
      Flatten()
      Dense(5, activation: .relu)
      Dropout(0.25)
      Dense(4, activation: .sigmoid, useBias: false)
      Dense(4, activation: .step)
      Dense(4)
      Dense(3, activation: .tanh, weightInitializer: .heNormal)
      Activation(.softmax)
    }, optimizer: .adam(learningRate: 0.002))

  static let small = with(Sequential(inputShape: [2]) { Dense(3, activation: .softmax) }, optimizer: nil)

  /// `model` with parameters of −1 to 1 that no two places share.
  private static func with(_ model: Sequential, optimizer: Optimizer?) -> ExchangedModel {
    let count = (try? ModelPlan(model).layout.count) ?? 0
    let random = CounterRandom(seed: 1, stream: .packing)
    let parameters = (0..<count).map { Float(random.integer($0, below: 1 << 24)) / Float(1 << 23) - 1 }
    return ExchangedModel(
      model: model, loss: .categoricalCrossEntropy, optimizer: optimizer, parameters: parameters)
  }
}

/// The error that `body` ends in, if any.
func failure<E: Error>(_ body: () throws(E) -> Void) -> E? {
  do throws(E) {
    try body()
    return nil
  } catch {
    return error
  }
}
