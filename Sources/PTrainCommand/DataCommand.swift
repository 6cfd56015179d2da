import ArgumentParser
import PTrainCore

/// `ptrain data`.
package struct DataCommand: ParsableCommand {
  package static let configuration = CommandConfiguration(
    commandName: "data",
    abstract: "Makes, describes and checks data sets.",
    subcommands: [DataPackCommand.self, DataInfoCommand.self, DataVerifyCommand.self, DataCSVCommand.self])

  package init() {}
}

/// `ptrain data pack`.
package struct DataPackCommand: ParsableCommand {
  package static let configuration = CommandConfiguration(
    commandName: "pack",
    abstract: "Packs samples into a data set: a folder of compressed shards and dataset.json.",
    discussion: """
      Example: ptrain data pack --npz mnist.npz --out datasets/mnist

      takes arrays of NumPy, samples of bytes and whole-number labels. IDX files, plain or .gz, take a line more:
      ptrain data pack --train-images train-images-idx3-ubyte.gz --train-labels train-labels-idx1-ubyte.gz \
      --test-images t10k-images-idx3-ubyte.gz --test-labels t10k-labels-idx1-ubyte.gz --out datasets/mnist
      """)

  @Option(parsing: .unconditional, help: .value("file", "Training samples, of any shape."))
  package var trainImages: String?

  @Option(parsing: .unconditional, help: .value("file", "The training samples' classes."))
  package var trainLabels: String?

  @Option(
    parsing: .unconditional,
    help: .value("file", "Test samples, of the same shape; without them the data set has none."))
  package var testImages: String?

  @Option(parsing: .unconditional, help: .value("file", "The test samples' classes."))
  package var testLabels: String?

  @Option(
    parsing: .unconditional,
    help: .value("file", "Arrays x_train, y_train and perhaps x_test, y_test; or x and y, for training."))
  package var npz: String?

  @Option(parsing: .unconditional, help: .value("file", "Arrays x and y, for the test; beside --npz."))
  package var testNpz: String?

  @Option(parsing: .unconditional, help: .value("folder", "The data set's folder, to be made."))
  package var out: String

  package init() {}

  package mutating func validate() throws {
    guard (testImages == nil) == (testLabels == nil) else { throw OptionConflict.halfOfTestSet }
    let isWhole =
      npz == nil
      ? trainImages != nil && trainLabels != nil && testNpz == nil
      : trainImages == nil && trainLabels == nil && testImages == nil
    guard isWhole else { throw OptionConflict.packingSource }
  }
}

/// `ptrain data info`.
package struct DataInfoCommand: ParsableCommand {
  package static let configuration = CommandConfiguration(
    commandName: "info", abstract: "Describes a data set.", discussion: "Example: ptrain data info datasets/mnist")

  @Argument(help: "The data set's folder.")
  package var folder = ReferenceJob.data

  package init() {}
}

/// `ptrain data verify`.
package struct DataVerifyCommand: ParsableCommand {
  package static let configuration = CommandConfiguration(
    commandName: "verify", abstract: "Reads all of a data set and checks every digest.",
    discussion: "Example: ptrain data verify datasets/mnist")

  @Argument(help: "The data set's folder.")
  package var folder = ReferenceJob.data

  package init() {}
}

/// `ptrain data csv-to-idx`.
package struct DataCSVCommand: ParsableCommand {
  package static let configuration = CommandConfiguration(
    commandName: "csv-to-idx",
    abstract: "Turns a CSV of a label and 8-bit values a row into an IDX file of samples and one of labels.",
    discussion: "Example: ptrain data csv-to-idx mnist_train.csv --shape 28,28 --images images --labels labels")

  @Argument(help: "A header line, then rows of a label and the sample's values, 0 to 255.")
  package var file: String

  @Option(
    parsing: .unconditional, help: .value("dimensions", "Shape of a sample."),
    transform: Rules.shape.transform)
  package var shape: IntegerList

  @Option(parsing: .unconditional, help: .value("file", "The samples' file, to be made."))
  package var images: String

  @Option(parsing: .unconditional, help: .value("file", "The labels' file, to be made."))
  package var labels: String

  package init() {}
}
