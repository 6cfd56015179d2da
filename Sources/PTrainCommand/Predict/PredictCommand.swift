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
    abstract: "Shows what a trained model makes of a sample or a picture, or of many.",
    discussion: """
      Example: ptrain predict runs/1 --index 20
      Example: ptrain predict runs/1 digit.png
      Example: ptrain predict runs/1 --input datasets/mnist --output predictions.csv

      A picture is stretched to the model's input, grey or in colours. For models of handwritten digits, with an \
      input of 28 x 28 and 10 classes without names, it is treated as MNIST's were: light on dark, the digit in a box \
      of 20 x 20, its centre of mass in the middle; --as-is leaves that out. Bytes become numbers as in the data set \
      that the model was trained on, or by 1/255 where that is not at hand.
      """)

  @Argument(help: "A checkpoint, a .h5, .keras, .npz or .safetensors file, or a run's folder.")
  package var model: String

  @Argument(help: "A PNG picture; without it, a sample of the data set.")
  package var picture: String?

  @OptionGroup package var sample: SampleChoice

  @Option(
    parsing: .unconditional,
    help: .value(
      "folder", "Predict all of a data set's --partition, or of a folder of PNG pictures, with or without classes."))
  package var input: String?

  @Option(
    name: [.customShort("o"), .long], parsing: .unconditional,
    help: .value(
      "file", "With --input: the CSV file to be made, a line for each sample with its class and all probabilities."))
  package var output: String?

  @Flag(help: "Don't treat pictures as MNIST's digits were.")
  package var asIs = false

  @Option(
    parsing: .unconditional,
    help: .value(
      "count", "Workers; no more of them run at once than there are cores.", default: ReferenceJob.threads),
    transform: Rules.threads.transform)
  package var threads = ReferenceJob.threads

  @Flag(help: "Print the result as one JSON object, and nothing else on standard output.")
  package var json = false

  package init() {}

  package mutating func validate() throws {
    guard picture == nil || input == nil else { throw OptionConflict.onlyOneOf(["a picture", "--input"]) }
    guard (input == nil) == (output == nil) else {
      throw OptionConflict.needs(
        option: input == nil ? "--output" : "--input", other: input == nil ? "--input" : "--output")
    }
  }
}
