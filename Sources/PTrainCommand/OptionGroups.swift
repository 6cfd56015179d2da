import ArgumentParser
import PTrainCore
import PTrainTraining

extension ArgumentHelp {
  /// The parser leaves out defaults of options that have a transform, so they are written here.
  static func value(_ name: String, _ text: String, default value: (any CustomStringConvertible)? = nil) -> Self {
    ArgumentHelp("\(text)\(value.map { " (default: \($0))" } ?? "")", valueName: name)
  }
}

/// How long a run goes, on how many workers, and what it leaves behind.
package struct RunOptions: ParsableArguments {
  @Option(
    parsing: .unconditional,
    help: .value(
      "count", "Workers; no more of them run at once than there are cores.", default: ReferenceJob.threads),
    transform: Rules.threads.transform)
  package var threads = ReferenceJob.threads

  @Option(
    parsing: .unconditional,
    help: .value(
      "count", "Slices of a minibatch, which belong to the job.", default: "as many as --threads, for each rank"),
    transform: Rules.shards.transform)
  package var shards: Int?

  @Option(
    parsing: .unconditional,
    help: .value(
      "name", "How gradients are summed, which belongs to the job: buffered or fused.",
      default: Reduction.standard.rawValue),
    transform: Rules.reduction.transform)
  package var reduction = Reduction.standard

  @Option(
    parsing: .unconditional,
    help: .value(
      "name",
      "Several processes (mpirun) send each layer's gradients by itself: layered; all at once: flat; auto: by their size.",
      default: ExchangeMode.automatic.rawValue),
    transform: Rules.exchange.transform)
  package var exchange = ExchangeMode.automatic

  @Option(
    parsing: .unconditional,
    help: .value("count", "Passes over the training samples.", default: ReferenceJob.epochs),
    transform: Rules.epochs.transform)
  package var epochs = ReferenceJob.epochs

  @Option(
    parsing: .unconditional,
    help: .value(
      "folder", "The run's folder, for checkpoints and history.",
      default: "the next free one of runs/1, runs/2 and so on"))
  package var out: String?

  @Option(
    parsing: .unconditional,
    help: .value("file", "Write the trained model to this file at the end, too; see 'ptrain export'."))
  package var save: String?

  @Option(
    parsing: .unconditional,
    help: .value("steps", "Write a checkpoint every so many steps too, not only after each epoch."),
    transform: Rules.checkpointEvery.transform)
  package var checkpointEvery: Int?

  @Option(
    parsing: .unconditional,
    help: .value(
      "count", "Epochs whose checkpoints stay beside the newest one: 'all' or a number.", default: ReferenceJob.keep),
    transform: Rules.keep.transform)
  package var keep = ReferenceJob.keep

  package init() {}

  /// The slices that each minibatch is cut into, one for each worker of each of `ranks` processes.
  package func effectiveShards(ranks: Int = 1) -> Int { shards ?? min(threads * ranks, Rules.mostShards) }
}

/// What TensorBoard is told.
package struct EventOptions: ParsableArguments {
  @Option(
    parsing: .unconditional,
    help: .value("folder", "Write event files for TensorBoard: scalars after each epoch."))
  package var tensorboard: String?

  @Option(
    parsing: .unconditional,
    help: .value("steps", "Write loss and accuracy to the event files every so many steps too."),
    transform: Rules.tensorboardEvery.transform)
  package var tensorboardEvery: Int?

  package init() {}
}

/// The model: hidden layers between the data set's values and its classes, or one that there is.
package struct ModelOptions: ParsableArguments {
  @Option(
    name: .customLong("init"), parsing: .unconditional,
    help: .value(
      "model",
      "Start from the model and the parameters in this file (.h5, .keras, .npz, .safetensors, a checkpoint) or run folder.",
      default: "a new model"))
  package var start: String?

  @Option(
    name: .customLong("hidden"), parsing: .unconditional,
    help: .value("widths", "Widths of the hidden dense layers; '' for none.", default: ReferenceJob.hidden),
    transform: Rules.hidden.transform)
  package var namedHidden: IntegerList?

  @Option(
    name: .customLong("activation"), parsing: .unconditional,
    help: .value(
      "name", "What follows each hidden layer: linear, step, sigmoid, tanh, relu or softmax.",
      default: ReferenceJob.activation),
    transform: Rules.activation.transform)
  package var namedActivation: ActivationName?

  package init() {}

  package var hidden: IntegerList { namedHidden ?? ReferenceJob.hidden }
  package var activation: ActivationName { namedActivation ?? ReferenceJob.activation }

  package mutating func validate() throws {
    guard start != nil else { return }
    if namedHidden != nil { throw OptionConflict.modelBesideInit("--hidden") }
    if namedActivation != nil { throw OptionConflict.modelBesideInit("--activation") }
  }
}

/// The update rule.
package struct OptimizerOptions: ParsableArguments {
  @Option(
    name: .customLong("optimizer"), parsing: .unconditional,
    help: .value("name", "The update rule: sgd or adam.", default: ReferenceJob.optimizer),
    transform: Rules.optimizer.transform)
  package var namedOptimizer: OptimizerName?

  @Option(
    parsing: .unconditional, help: .value("rate", "Size of a step.", default: "0.01 for sgd, 0.001 for adam"),
    transform: Rules.learningRate.transform)
  package var learningRate: Double?

  @Option(
    name: .customLong("momentum"), parsing: .unconditional,
    help: .value("share", "Momentum of sgd, at least 0 and below 1.", default: ReferenceJob.momentum),
    transform: Rules.momentum.transform)
  package var namedMomentum: Double?

  package init() {}

  package var optimizer: OptimizerName { namedOptimizer ?? ReferenceJob.optimizer }
  package var momentum: Double { namedMomentum ?? ReferenceJob.momentum }

  /// The learning rate that was named, or the optimizer's own.
  package var effectiveLearningRate: Double { learningRate ?? optimizer.defaultLearningRate }

  package mutating func validate() throws {
    guard optimizer == .sgd || momentum == 0 else { throw OptionConflict.momentumWithoutSGD(momentum) }
  }
}

/// What else the job is: the samples' split and order, and how they are cut into minibatches.
package struct SampleOptions: ParsableArguments {
  @Option(
    parsing: .unconditional,
    help: .value("samples", "Samples an optimizer step.", default: ReferenceJob.batchSize),
    transform: Rules.batchSize.transform)
  package var batchSize = ReferenceJob.batchSize

  @Option(
    parsing: .unconditional,
    help: .value(
      "share", "Share of the training samples that is set apart for validation, before any shuffle; 0 for none.",
      default: ReferenceJob.validationSplit),
    transform: Rules.validationSplit.transform)
  package var validationSplit = ReferenceJob.validationSplit

  @Option(
    parsing: .unconditional,
    help: .value(
      "samples",
      "Shuffle within a window of so many samples instead of uniformly; streamed data needs a window."),
    transform: Rules.shuffleBuffer.transform)
  package var shuffleBuffer: Int?

  @Option(
    parsing: .unconditional,
    help: .value(
      "number", "Decides initial weights and every order; the same seed gives the same bits.",
      default: ReferenceJob.seed),
    transform: Rules.seed.transform)
  package var seed = ReferenceJob.seed

  package init() {}
}

/// Where the samples are, and how much of them stays in memory.
package struct DataOptions: ParsableArguments {
  @Option(
    parsing: .unconditional, help: .value("folder", "The data set: a folder that 'ptrain data pack' made."))
  package var data = ReferenceJob.data

  @Option(
    parsing: .unconditional,
    help: .value(
      "size", "Keep decoded samples in memory up to this size; larger sets are streamed.",
      default: ReferenceJob.memoryBudget),
    transform: Rules.memoryBudget.transform)
  package var memoryBudget = ReferenceJob.memoryBudget

  package init() {}
}

/// What is told, and for whom.
package struct OutputOptions: ParsableArguments {
  @Flag(help: "Print one JSON object a line on standard output, and nothing else there.")
  package var json = false

  @Flag(help: "Print no progress and no epochs, only what the run came to.")
  package var quiet = false

  @Flag(help: "Draw no curves at the end.")
  package var noPlot = false

  package init() {}
}
