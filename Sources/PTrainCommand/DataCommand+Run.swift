import PTrainCore
import PTrainData
import PTrainReport

extension DataPackCommand {
  package func run() throws {
    let progress = TaskProgress("packing")
    let update = { (done: DatasetPacker.Progress) in progress.update(done.packedSamples, of: done.sampleCount) }
    if let folder {
      try pictures.pack(folder, out: out, progress: update)
    } else if let npz {
      try DatasetPacker.pack(npz: npz, testNPZ: testNpz, out: out, progress: update)
    } else if let trainImages, let trainLabels {
      try DatasetPacker.pack(
        train: DatasetPacker.Source(images: trainImages, labels: trainLabels), test: testSource, out: out,
        progress: update)
    }
    let (description, root) = try Dataset.describe(out)
    StandardStream.output.write(DatasetReport.text(description, root: root))
  }

  /// `nil` if neither of the two files is named; ``validate()`` has seen to it that not only one is.
  private var testSource: DatasetPacker.Source? {
    guard let testImages, let testLabels else { return nil }
    return DatasetPacker.Source(images: testImages, labels: testLabels)
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
