import ArgumentParser
import PTrainCore

/// `ptrain data`.
package struct DataCommand: ParsableCommand {
  package static let configuration = CommandConfiguration(
    commandName: "data",
    abstract: "Makes, describes and checks data sets.",
    discussion: "Example: ptrain data info datasets/mnist",
    subcommands: [DataPackCommand.self, DataInfoCommand.self, DataVerifyCommand.self, DataCSVCommand.self])

  package init() {}
}

/// `ptrain data pack`.
package struct DataPackCommand: ParsableCommand {
  package static let configuration = CommandConfiguration(
    commandName: "pack",
    abstract: "Packs IDX files, NumPy arrays or PNG pictures into a data set: compressed shards and dataset.json.",
    discussion: """
      Example: ptrain data pack --train-images train-images-idx3-ubyte.gz --train-labels train-labels-idx1-ubyte.gz \
      --test-images t10k-images-idx3-ubyte.gz --test-labels t10k-labels-idx1-ubyte.gz --out datasets/mnist
      Example: ptrain data pack photos --size 32x32 --colour rgb --test-split 0.2 --out datasets/photos
      Example: ptrain data pack --npz mnist.npz --out datasets/mnist

      A folder of pictures has a sub-folder for each class, which gives the class its name, or sub-folders train \
      and test with such sub-folders. Pictures of any size are stretched to --size. Files that don't end in .png \
      are left out and counted. IDX files may be plain or .gz. \
      Arrays of NumPy are samples of bytes and whole-number labels.
      """)

  @Argument(help: "A folder of PNG pictures with a sub-folder for each class; instead of IDX files.")
  package var folder: String?

  @OptionGroup(title: "Pictures") package var pictures: PictureOptions

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
    let sources = [
      ("a folder of pictures", folder != nil), ("--npz", npz != nil),
      ("IDX files", [trainImages, trainLabels, testImages, testLabels].contains { $0 != nil }),
    ].filter(\.1).map(\.0)
    guard sources.count <= 1 else { throw OptionConflict.onlyOneOf(sources) }
    guard testNpz == nil || npz != nil else { throw OptionConflict.needs(option: "--test-npz", other: "--npz") }
    guard folder == nil || pictures.size != nil else {
      throw OptionConflict.needs(option: "a folder of pictures", other: "--size")
    }
    guard folder != nil || npz != nil || (trainImages != nil && trainLabels != nil) else {
      throw OptionConflict.nothingToPack
    }
    guard folder != nil || pictures.areDefaults else {
      throw OptionConflict.needs(option: "--size, --colour or --test-split", other: "a folder of pictures")
    }
    guard (testImages == nil) == (testLabels == nil) else { throw OptionConflict.halfOfTestSet }
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
