import ArgumentParser

/// Which sample of a data set.
package struct SampleChoice: ParsableArguments {
  @Option(
    parsing: .unconditional, help: .value("number", "The sample's number, from 0 on.", default: 0),
    transform: Rules.index.transform)
  package var index = 0

  @Option(
    parsing: .unconditional,
    help: .value("part", "Which samples to count in: train or test.", default: PartitionName.test),
    transform: Rules.partition.transform)
  package var partition = PartitionName.test

  @Option(
    parsing: .unconditional,
    help: .value("folder", "The data set: a folder that 'ptrain data pack' made."))
  package var data = ReferenceJob.data

  package init() {}
}

/// `ptrain predict`.
package struct PredictCommand: ParsableCommand {
  package static let configuration = CommandConfiguration(
    commandName: "predict",
    abstract: "Shows what a trained model makes of one sample: its class, and each class's probability.",
    discussion: "Example: ptrain predict runs/1 --index 20")

  @Argument(help: "A checkpoint, a .h5, .keras, .npz or .safetensors file, or a run's folder.")
  package var model: String

  @OptionGroup package var sample: SampleChoice

  @Flag(help: "Print the result as one JSON object, and nothing else on standard output.")
  package var json = false

  package init() {}
}

/// `ptrain show`.
package struct ShowCommand: ParsableCommand {
  package static let configuration = CommandConfiguration(
    commandName: "show",
    abstract: "Draws one sample in the terminal.",
    discussion: "Example: ptrain show --index 20")

  @OptionGroup package var sample: SampleChoice

  package init() {}
}
