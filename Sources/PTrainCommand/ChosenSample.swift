import PTrainCore
import PTrainData

/// One sample of a data set, with its label.
package struct ChosenSample: Equatable, Sendable {
  /// As packed, of the data set's sample shape.
  package let pixels: [UInt8]
  package let label: Int
  package let shape: Shape

  /// - Throws: ``SampleChoiceError``, or ``DatasetError`` if the sample's frame is damaged.
  package init(_ choice: SampleChoice, in dataset: Dataset) throws {
    let split = try Self.split(choice.partition, of: dataset)
    guard choice.index < split.count else {
      throw SampleChoiceError.indexOutOfRange(choice.index, count: split.count, partition: choice.partition)
    }
    pixels = try split.image(ofSample: choice.index)
    label = Int(split.labels[choice.index])
    shape = split.sampleShape
  }

  /// The training or the test samples of `dataset`.
  static func split(_ partition: PartitionName, of dataset: Dataset) throws(SampleChoiceError) -> DatasetSplit {
    switch (partition, dataset.test) {
    case (.train, _): dataset.train
    case (.test, let test?): test
    case (.test, nil): throw .noTestSamples(folder: dataset.folder)
    }
  }
}

/// Why a data set has no such sample.
package enum SampleChoiceError: DiagnosableError, Equatable {
  case noTestSamples(folder: String)
  case indexOutOfRange(Int, count: Int, partition: PartitionName)

  package var diagnosis: Diagnosis {
    switch self {
    case .noTestSamples(let folder):
      Diagnosis(
        .usage, found: "the data set \(folder) without test samples", expected: "--partition train",
        remedy: "add --partition train")
    case .indexOutOfRange(let index, let count, let partition):
      Diagnosis(
        .usage, found: "'\(index)' for --index",
        expected: "0 to \(count - 1), as there are \(count) \(partition) samples",
        remedy: "choose a smaller index")
    }
  }
}
