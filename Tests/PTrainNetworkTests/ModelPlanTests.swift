import PTrainCore
import PTrainKernels
import Testing

@testable import PTrainNetwork

struct ModelPlanTests {
  static let reference = Sequential(inputShape: [28, 28]) {
    Flatten()
    Dense(20, activation: .relu)
    Dense(20, activation: .relu)
    Dense(10, activation: .softmax)
  }

  @Test func parametersAreNamedAndShapedLayerByLayer() throws {
    let layout = try ModelPlan(Self.reference).layout
    let names = ["dense.weight", "dense.bias", "dense_1.weight", "dense_1.bias", "dense_2.weight", "dense_2.bias"]
    #expect(layout.entries.map(\.name) == names)
    #expect(layout.entries.map(\.shape.dimensions) == [[20, 784], [20], [20, 20], [20], [10, 20], [10]])
    #expect(layout.count == 16_330)
  }

  @Test func modelsBuiltInEitherWayAreEqual() {
    var model = Sequential(inputShape: [28, 28])
    model.add(Flatten())
    for units in [20, 20] { model.add(Dense(units, activation: .relu)) }
    model.add(Dense(10, activation: .softmax))
    let looped = Sequential(inputShape: [28, 28]) {
      Flatten()
      for units in [20, 20] { Dense(units, activation: .relu) }
      if model.layers.isEmpty { Dropout(0.5) }
      Dense(10, activation: .softmax)
    }
    #expect(model == Self.reference)
    #expect(looped == Self.reference)
  }

  struct Refusal: Sendable, CustomTestStringConvertible {
    let model: Sequential
    let error: ModelError
    var testDescription: String { error.description }
  }

  static let refusals = [
    Refusal(model: Sequential(inputShape: []) { Dense(1) }, error: .inputShape([])),
    Refusal(model: Sequential(inputShape: [3, 0]) { Flatten() }, error: .inputShape([3, 0])),
    Refusal(model: Sequential(inputShape: [-1]) { Dense(1) }, error: .inputShape([-1])),
    Refusal(
      model: Sequential(inputShape: [Int.max, 2]) { Flatten() },
      error: .tooLarge(what: "samples of shape [9223372036854775807, 2]")),
    Refusal(model: Sequential(inputShape: [4]), error: .noLayers),
    Refusal(model: Sequential(inputShape: [4]) { Activation(.softmax) }, error: .noParameters),
    Refusal(model: Sequential(inputShape: [4]) { Dense(0) }, error: .units(layer: "dense", 0)),
    Refusal(model: Sequential(inputShape: [4]) { Dense(-3) }, error: .units(layer: "dense", -3)),
    Refusal(model: Sequential(inputShape: [4]) { Dense(1 << 31) }, error: .units(layer: "dense", 1 << 31)),
    Refusal(
      model: Sequential(inputShape: [4]) {
        Dense(3)
        Dropout(1)
      }, error: .dropoutRate(layer: "dropout", 1)),
    Refusal(model: Sequential(inputShape: [4]) { Dropout(-0.1) }, error: .dropoutRate(layer: "dropout", -0.1)),
    Refusal(
      model: Sequential(inputShape: [28, 28]) { Dense(3) }, error: .notFlat(layer: "dense", shape: [28, 28])),
    Refusal(
      model: Sequential(inputShape: [2, 3]) { Activation(.softmax) },
      error: .notFlat(layer: "activation", shape: [2, 3])),
    Refusal(model: Sequential(inputShape: [1 << 40]) { Dense(10) }, error: .tooLarge(what: "a model")),
    Refusal(
      model: Sequential(inputShape: [1 << 40]) { Dense(1 << 30) },
      error: .tooLarge(what: "dense with 1073741824 units")),
  ]

  @Test(arguments: refusals)
  func impossibleModelsAreRefused(refusal: Refusal) {
    #expect(throws: refusal.error) { try Network(refusal.model, loss: .meanSquaredError) }
    #expect(refusal.error.diagnosis.category == .usage)
  }

  @Test func rateThatIsNotANumberIsRefused() {
    #expect(throws: ModelError.self) {
      try ModelPlan(
        Sequential(inputShape: [4]) {
          Dropout(.nan)
          Dense(1)
        })
    }
  }

  @Test func denseOnImagesSaysToFlatten() {
    let error = #expect(throws: ModelError.self) { try ModelPlan(Sequential(inputShape: [28, 28]) { Dense(3) }) }
    #expect(error?.description.contains("Flatten()") == true)
  }

  @Test func dataThatDoesNotSuitTheModelIsRefused() throws {
    let plan = try ModelPlan(Self.reference)
    try plan.check(sampleShape: [28, 28], classCount: 10)
    #expect(throws: ModelError.classCount(model: 10, data: 26)) {
      try plan.check(sampleShape: [28, 28], classCount: 26)
    }
    #expect(throws: ModelError.sampleShape(model: [28, 28], data: [784])) {
      try plan.check(sampleShape: [784], classCount: 10)
    }
  }

  @Test func batchesThatDoNotFitAreRefused() throws {
    let network = try Network(Self.reference, loss: .sparseCategoricalCrossEntropy)
    for rows in [0, -1, 1 << 31] {
      #expect(throws: ModelError.hyperparameter(name: "batch size", value: Double(rows), expected: "1 to 2147483647")) {
        try BatchWorkspace(for: network, rows: rows)
      }
    }
    #expect(throws: ModelError.tooLarge(what: "a minibatch of 2147483647 samples")) {
      try BatchWorkspace(for: network, rows: Int(Int32.max))
    }
  }

  @Test func summaryIsKerasTable() throws {
    let model = Sequential(inputShape: [28, 28]) {
      Flatten()
      Dense(20, activation: .relu)
      Dropout(0.2)
      Dense(20)
      Activation(.tanh)
      Dense(10, activation: .softmax)
    }
    // As Keras 3.15.0 prints it, without its first line.
    let expected = """
      ┏━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━┳━━━━━━━━━━━━━━━━━━━━━━━━┳━━━━━━━━━━━━━━━┓
      ┃ Layer (type)                    ┃ Output Shape           ┃       Param # ┃
      ┡━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━╇━━━━━━━━━━━━━━━━━━━━━━━━╇━━━━━━━━━━━━━━━┩
      │ flatten (Flatten)               │ (None, 784)            │             0 │
      ├─────────────────────────────────┼────────────────────────┼───────────────┤
      │ dense (Dense)                   │ (None, 20)             │        15,700 │
      ├─────────────────────────────────┼────────────────────────┼───────────────┤
      │ dropout (Dropout)               │ (None, 20)             │             0 │
      ├─────────────────────────────────┼────────────────────────┼───────────────┤
      │ dense_1 (Dense)                 │ (None, 20)             │           420 │
      ├─────────────────────────────────┼────────────────────────┼───────────────┤
      │ activation (Activation)         │ (None, 20)             │             0 │
      ├─────────────────────────────────┼────────────────────────┼───────────────┤
      │ dense_2 (Dense)                 │ (None, 10)             │           210 │
      └─────────────────────────────────┴────────────────────────┴───────────────┘
       Total params: 16,330 (63.79 KB)
       Trainable params: 16,330 (63.79 KB)
       Non-trainable params: 0 (0.00 B)

      """
    #expect(try ModelSummary(model).text == expected)
  }

  @Test(arguments: [
    (0, "0", "0.00 B"), (60, "60", "60.00 B"), (1024, "1,024", "1.00 KB"), (1_234_567, "1,234,567", "1.18 MB"),
  ])
  func numbersAreGrouped(count: Int, grouped: String, size: String) {
    #expect(ModelSummary.grouped(count) == grouped)
    #expect(ModelSummary.size(ofBytes: Double(count)) == size)
  }
}
