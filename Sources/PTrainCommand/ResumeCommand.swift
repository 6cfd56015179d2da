import ArgumentParser

/// `ptrain resume`.
package struct ResumeCommand: ParsableCommand {
  package static let configuration = CommandConfiguration(
    commandName: "resume",
    abstract: "Goes on with a run that was stopped, to the same bits as if it never had been.",
    discussion: """
      Example: ptrain resume runs/1

      Needs no option: the checkpoint holds the job. What is named here replaces what the checkpoint says. Of a \
      folder whose newest checkpoint is damaged, the newest one that is whole is taken.
      """)

  @Argument(help: "A checkpoint, or a run's folder, which stands for its newest checkpoint.")
  package var checkpoint: String

  @Option(
    parsing: .unconditional,
    help: .value("count", "Epochs in all, those before included.", default: "as first asked for"),
    transform: Rules.epochs.transform)
  package var epochs: Int?

  @Option(
    parsing: .unconditional,
    help: .value("count", "Workers; does not change the result.", default: "as before"),
    transform: Rules.threads.transform)
  package var threads: Int?

  @Option(
    parsing: .unconditional,
    help: .value("folder", "Where the data set is now.", default: "as before"))
  package var data: String?

  @Option(
    parsing: .unconditional,
    help: .value("size", "Keep decoded samples in memory up to this size.", default: "as before"),
    transform: Rules.memoryBudget.transform)
  package var memoryBudget: ByteSize?

  @Option(
    parsing: .unconditional,
    help: .value("steps", "Write a checkpoint every so many steps too.", default: "as before"),
    transform: Rules.checkpointEvery.transform)
  package var checkpointEvery: Int?

  @Option(
    parsing: .unconditional,
    help: .value(
      "count", "Epochs whose checkpoints stay beside the newest one: 'all' or a number.", default: "as before"),
    transform: Rules.keep.transform)
  package var keep: CheckpointRetention?

  @Option(
    parsing: .unconditional,
    help: .value("folder", "Write event files for TensorBoard.", default: "as before"))
  package var tensorboard: String?

  @Option(
    parsing: .unconditional,
    help: .value("steps", "Write loss and accuracy to the event files every so many steps too.", default: "as before"),
    transform: Rules.tensorboardEvery.transform)
  package var tensorboardEvery: Int?

  @OptionGroup(title: "Faults") package var safety: FaultOptions
  @OptionGroup(title: "Output") package var output: OutputOptions

  package init() {}
}
