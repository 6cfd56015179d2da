import PTrainInterchange
import PTrainNetwork
import Testing

@Test func modelsWithOtherParametersDiffer() {
  let model = Sequential(inputShape: [1]) { Dense(1) }
  let first = ExchangedModel(model: model, loss: .meanSquaredError, optimizer: nil, parameters: [1, 2])
  var second = first
  #expect(first == second)
  second.parameters[1] = 3
  #expect(first != second)
}
