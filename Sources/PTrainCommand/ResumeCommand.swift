import ArgumentParser

/// `ptrain resume`.
package struct ResumeCommand: ParsableCommand {
  package static let configuration = CommandConfiguration(
    commandName: "resume",
    abstract: "Goes on with a run that was stopped, to the same bits as if it never had been.",
    discussion: """
      Example: ptrain resume runs/1

      Needs no option: the checkpoint holds the job. What is named here replaces what the checkpoint says.
      """)

  @Argument(help: "A checkpoint, or a run's folder, which stands for its newest checkpoint.")
  package var checkpoint: String

  @Option(
    parsing: .unconditional, help: "Epochs in all, those before included. (default: as first asked for)",
    transform: Rules.epochs.transform)
  package var epochs: Int?

  @Option(
    parsing: .unconditional, help: "Workers; does not change the result. (default: as before)",
    transform: Rules.threads.transform)
  package var threads: Int?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Where the data set is now. (default: as before)", valueName: "folder"))
  package var data: String?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Keep decoded samples in memory up to this size. (default: as before)", valueName: "size"),
    transform: Rules.memoryBudget.transform)
  package var memoryBudget: ByteSize?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Write a checkpoint every so many steps too. (default: as before)", valueName: "steps"),
    transform: Rules.checkpointEvery.transform)
  package var checkpointEvery: Int?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Epochs whose checkpoints stay beside the newest one: 'all' or a number. (default: as before)",
      valueName: "count"),
    transform: Rules.keep.transform)
  package var keep: CheckpointRetention?

  @OptionGroup(title: "Output") package var output: OutputOptions

  package init() {}
}
