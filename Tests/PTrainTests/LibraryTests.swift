import PTrain
import Testing

struct LibraryTests {
  @Test func aModelGrowsStepByStepToo() throws {
    var model = Sequential(inputShape: [4])
    model.add(Dense(3, activation: .softmax))
    #expect(try ModelSummary(model).parameterCount == 15)
  }

  @Test func aMissingDataSetIsAnErrorThatSaysWhatToDo() {
    let error = #expect(throws: DatasetError.self) { _ = try Dataset.open("/nowhere") }
    #expect(error?.diagnosis.category == .missingInput)
  }
}
