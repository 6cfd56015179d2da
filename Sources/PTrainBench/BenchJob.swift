import PTrainData
import PTrainNetwork
import PTrainTraining

/// A job that is timed: a fixed workload, so that figures of different days and machines compare.
package struct BenchJob: Equatable, Sendable {
  package let name: String
  package let hiddenWidths: [Int]
  package let optimizer: Optimizer
  package let batchSize: Int
  package let validationSplit: Double
  /// The training accuracy that must be reached after 1, 2, … epochs; the last stands for all later ones.
  package let accuracyFloors: [Double]

  package init(
    name: String, hiddenWidths: [Int], optimizer: Optimizer, batchSize: Int, validationSplit: Double,
    accuracyFloors: [Double]
  ) {
    self.name = name
    self.hiddenWidths = hiddenWidths
    self.optimizer = optimizer
    self.batchSize = batchSize
    self.validationSplit = validationSplit
    self.accuracyFloors = accuracyFloors
  }

  /// What `ptrain` trains if nothing else is said.
  package static let reference = BenchJob(
    name: "reference", hiddenWidths: [20, 20], optimizer: .sgd(learningRate: 0.01), batchSize: 20,
    validationSplit: 0.3, accuracyFloors: [0.70, 0.85])
  package static let mid = BenchJob(
    name: "mid", hiddenWidths: [512, 512], optimizer: .adam(learningRate: 0.001), batchSize: 128, validationSplit: 0,
    accuracyFloors: [0.90])
  package static let large = BenchJob(
    name: "large", hiddenWidths: [2048, 2048], optimizer: .sgd(learningRate: 0.1), batchSize: 1024,
    validationSplit: 0, accuracyFloors: [0.75])
  package static let all = [reference, mid, large]

  /// The least training accuracy of the last of `epochs` epochs, on MNIST: a wrong step that is fast must fail.
  package func accuracyFloor(epochs: Int) -> Double {
    accuracyFloors.isEmpty ? 0 : accuracyFloors[min(epochs, accuracyFloors.count) - 1]
  }

  /// Blocks of optimizer state, each as large as the parameters.
  package var stateCount: Int {
    switch optimizer {
    case .sgd(_, .none): 0
    case .sgd: 1
    case .adam: 2
    }
  }

  /// Flatten, the hidden layers with ReLU, and a softmax over the data set's classes.
  package func model(for description: DatasetDescription) -> Sequential {
    var model = Sequential(inputShape: description.sampleShape.dimensions)
    model.add(Flatten())
    for width in hiddenWidths { model.add(Dense(width, activation: .relu)) }
    model.add(Dense(description.classCount, activation: .softmax))
    return model
  }

  /// Inputs, hidden widths and outputs on data like `description`.
  package func widths(for description: DatasetDescription) -> [Int] {
    [description.sampleShape.elementCount] + hiddenWidths + [description.classCount]
  }
}
