import PTrain
import Testing

/// What the README shows must compile with `import PTrain` alone.
struct LibraryTests {
  private func reference(on dataset: Dataset) throws -> History {
    let model = Sequential(inputShape: [28, 28]) {
      Flatten()
      Dense(20, activation: .relu)
      Dense(20, activation: .relu)
      Dense(10, activation: .softmax)
    }
    let job = Job(dataset: dataset, model: model, optimizer: .sgd(learningRate: 0.01), microbatchCount: 8)
    let trainer = try Trainer(job, on: dataset, execution: Execution(threads: 8))
    let history = try trainer.fit(epochs: 10)
    _ = try trainer.evaluate().accuracy
    _ = try trainer.trainedModel().predict([Float](repeating: 0, count: 784))
    return history
  }

  @Test func aModelGrowsStepByStepToo() throws {
    var model = Sequential(inputShape: [4])
    model.add(Dense(3, activation: .softmax))
    #expect(try ModelSummary(model).parameterCount == 15)
  }

  @Test func aMissingDataSetIsAnErrorThatSaysWhatToDo() {
    let error = #expect(throws: DatasetError.self) { try reference(on: Dataset.open("/nowhere")) }
    #expect(error?.diagnosis.category == .missingInput)
  }
}
