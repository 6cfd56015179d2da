import ArgumentParser

/// `ptrain train`.
package struct TrainCommand: ParsableCommand {
  package static let configuration = CommandConfiguration(
    commandName: "train",
    abstract: "Trains a model from the start.",
    discussion: """
      Example: ptrain train --threads 8 --epochs 10 --hidden 20,20 --learning-rate 0.01

      The job (data, model, optimizer, batch size, split, shuffle, seed, shards) alone decides the result, to the \
      last bit on one kind of CPU; the number of cores does not.
      """)

  @Option(
    parsing: .unconditional,
    help: "Workers; no more of them run at once than there are cores.", transform: Rules.threads.transform)
  package var threads = 8

  @Option(
    parsing: .unconditional,
    help: "Slices of a minibatch, which belong to the job. (default: as many as --threads)",
    transform: Rules.shards.transform)
  package var shards: Int?

  @Option(parsing: .unconditional, help: "Passes over the training samples.", transform: Rules.epochs.transform)
  package var epochs = 10

  @OptionGroup(title: "Model") package var model: ModelOptions
  @OptionGroup(title: "Optimizer") package var optimizer: OptimizerOptions
  @OptionGroup(title: "Samples") package var samples: SampleOptions
  @OptionGroup(title: "Data") package var dataSet: DataOptions

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "The run's folder, for checkpoints and history. (default: the next free one of runs/1, runs/2, …)",
      valueName: "folder"))
  package var out: String?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Write a checkpoint every so many steps too, not only after each epoch.", valueName: "steps"),
    transform: Rules.checkpointEvery.transform)
  package var checkpointEvery: Int?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Epochs whose checkpoints stay beside the newest one: 'all' or a number.", valueName: "count"),
    transform: Rules.keep.transform)
  package var keep = CheckpointRetention.all

  @OptionGroup(title: "Output") package var output: OutputOptions

  package init() {}

  /// The slices that each minibatch is cut into.
  package var effectiveShards: Int { shards ?? threads }
}
