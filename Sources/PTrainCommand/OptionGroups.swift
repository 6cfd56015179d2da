import ArgumentParser
import PTrainCore

/// The model: hidden layers between the data set's values and its classes.
package struct ModelOptions: ParsableArguments {
  @Option(
    parsing: .unconditional, help: "Widths of the hidden dense layers; '' for none.",
    transform: Rules.hidden.transform)
  package var hidden = IntegerList([20, 20])

  @Option(
    parsing: .unconditional,
    help: "What follows each hidden layer: linear, step, sigmoid, tanh, relu or softmax.",
    transform: Rules.activation.transform)
  package var activation = ActivationName.relu

  package init() {}
}

/// The update rule.
package struct OptimizerOptions: ParsableArguments {
  @Option(parsing: .unconditional, help: "The update rule: sgd or adam.", transform: Rules.optimizer.transform)
  package var optimizer = OptimizerName.sgd

  @Option(
    parsing: .unconditional, help: "Size of a step. (default: 0.01 for sgd, 0.001 for adam)",
    transform: Rules.learningRate.transform)
  package var learningRate: Double?

  @Option(
    parsing: .unconditional, help: "Momentum of sgd, at least 0 and below 1.", transform: Rules.momentum.transform)
  package var momentum = 0.0

  package init() {}

  /// The learning rate that was named, or the optimizer's own.
  package var effectiveLearningRate: Double { learningRate ?? optimizer.defaultLearningRate }

  package mutating func validate() throws {
    guard optimizer == .sgd || momentum == 0 else { throw OptionConflict.momentumWithoutSGD(momentum) }
  }
}

/// What else the job is: the samples' split and order, and how they are cut into minibatches.
package struct SampleOptions: ParsableArguments {
  @Option(parsing: .unconditional, help: "Samples an optimizer step.", transform: Rules.batchSize.transform)
  package var batchSize = 20

  @Option(
    parsing: .unconditional,
    help: "Share of the training samples that is set apart for validation, before any shuffle; 0 for none.",
    transform: Rules.validationSplit.transform)
  package var validationSplit = 0.3

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Shuffle within a window of so many samples instead of uniformly.",
      discussion: "Data above the memory budget is streamed and needs a window.", valueName: "samples"),
    transform: Rules.shuffleBuffer.transform)
  package var shuffleBuffer: Int?

  @Option(
    parsing: .unconditional, help: "Decides initial weights and every order; the same seed gives the same bits.",
    transform: Rules.seed.transform)
  package var seed: UInt64 = 1

  package init() {}
}

/// Where the samples are, and how much of them stays in memory.
package struct DataOptions: ParsableArguments {
  package static let defaultFolder = "datasets/mnist"

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("The data set: a folder that 'ptrain data pack' made.", valueName: "folder"))
  package var data = DataOptions.defaultFolder

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Keep decoded samples in memory up to this size; larger sets are streamed.", valueName: "size"),
    transform: Rules.memoryBudget.transform)
  package var memoryBudget = ByteSize(bytes: 1_000_000_000)

  package init() {}
}

/// What is written where, and for whom.
package struct OutputOptions: ParsableArguments {
  @Flag(help: "Print one JSON object a line on standard output, and nothing else there.")
  package var json = false

  @Flag(help: "Print no progress and no epochs, only what the run came to.")
  package var quiet = false

  package init() {}
}

/// Options that don't go together.
package enum OptionConflict: DiagnosableError, Equatable {
  case momentumWithoutSGD(Double)

  package var diagnosis: Diagnosis {
    switch self {
    case .momentumWithoutSGD(let momentum):
      Diagnosis(
        .usage, found: "'\(momentum)' for --momentum beside --optimizer adam", expected: "momentum with sgd only",
        remedy: "leave out --momentum, or choose --optimizer sgd")
    }
  }
}
