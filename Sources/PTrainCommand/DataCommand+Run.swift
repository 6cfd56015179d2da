import PTrainCore
import PTrainData
import PTrainReport

extension DataPackCommand {
  package func run() throws {
    let progress = TaskProgress("packing")
    let report = { (done: DatasetPacker.Progress) in progress.update(done.packedSamples, of: done.sampleCount) }
    if let npz {
      try DatasetPacker.pack(npz: npz, testNPZ: testNpz, out: out, progress: report)
    } else if let train = Self.source(trainImages, trainLabels) {
      try DatasetPacker.pack(train: train, test: Self.source(testImages, testLabels), out: out, progress: report)
    }
    let (description, root) = try Dataset.describe(out)
    StandardStream.output.write(DatasetReport.text(description, root: root))
  }

  /// `nil` if neither of the two files is named; ``validate()`` has seen to it that not only one is.
  private static func source(_ images: String?, _ labels: String?) -> DatasetPacker.Source? {
    guard let images, let labels else { return nil }
    return DatasetPacker.Source(images: images, labels: labels)
  }
}

extension DataInfoCommand {
  package func run() throws {
    let (description, root) = try Dataset.describe(folder)
    StandardStream.output.write(DatasetReport.text(description, root: root))
  }
}

extension DataVerifyCommand {
  package func run() throws {
    let progress = TaskProgress("verifying")
    let report = try DatasetVerifier.verify(folder) { progress.update($0, of: $1) }
    StandardStream.output.write(DatasetReport.text(report))
  }
}

extension DataCSVCommand {
  package func run() throws {
    try CSVConversion.convert(file, sampleShape: Shape(shape.values), imagesTo: images, labelsTo: labels)
  }
}
