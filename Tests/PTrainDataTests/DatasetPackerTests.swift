import Glibc
import PTrainCore
import PTrainData
import PTrainStorage
import PTrainTestSupport
import Testing

struct DatasetPackerTests {
  let small: SmallDataset

  init() throws { small = try SmallDataset() }

  @Test func sameInputGivesSameBytes() throws {
    let other = try SmallDataset()
    try small.pack()
    try other.pack()
    let names = TemporaryFolder.names(in: small.out)
    #expect(names == TemporaryFolder.names(in: other.out))
    #expect(
      names == ["dataset.json", "test-00000.safetensors.zst"] + (0..<3).map { "train-0000\($0).safetensors.zst" })
    for name in names {
      #expect(
        try DurableFile.read("\(small.out)/\(name)", limit: 10_000)
          == DurableFile.read("\(other.out)/\(name)", limit: 10_000))
    }
  }

  @Test func progressEndsWithAllSamples() throws {
    var steps: [DatasetPacker.Progress] = []
    try DatasetPacker.pack(train: small.train, test: small.test, out: small.out, options: SmallDataset.options) {
      steps.append($0)
    }
    #expect(steps.map(\.packedSamples) == [10, 20, 23, 30])
    #expect(steps.allSatisfy { $0.sampleCount == 30 })
  }

  @Test func countsThatDifferAreRefused() throws {
    try small.write("train-labels", [22], Array(small.trainLabels.dropLast()))
    #expect(small.packingFailure() == .countsDiffer(images: 23, labels: 22, file: small.train.labels))
    #expect(!DurableFile.isFolder(small.out))
  }

  @Test func labelsOutOfRangeAreRefused() throws {
    var options = SmallDataset.options
    options.classCount = 4
    #expect(
      small.packingFailure(options)
        == .labelOutOfRange(label: 4, sample: 0, classCount: 4, file: small.train.labels))
    try small.write("test-labels", [7], [0, 1, 2, 255, 0, 0, 0], element: .i8)
    #expect(
      small.packingFailure() == .labelOutOfRange(label: -1, sample: 3, classCount: 5, file: small.test.labels))
    #expect(!DurableFile.isFolder(small.out))
  }

  @Test func classesMayBeMoreThanTheLabelsShow() throws {
    var options = SmallDataset.options
    options.classCount = 300
    #expect(try small.pack(options).classCount == 300)
    #expect(try DatasetVerifier.verify(small.out).trainClassCounts.count == 300)
  }

  @Test func shapesThatDifferAreRefused() throws {
    try small.write("test-images", [7, 2, 3], small.testImages)
    #expect(try small.packingFailure() == .shapesDiffer(train: Shape([3, 2]), test: Shape([2, 3])))
  }

  @Test func emptyFilesAreRefused() throws {
    try small.write("test-images", [0, 3, 2], [])
    try small.write("test-labels", [0], [])
    #expect(small.packingFailure() == .emptySplit(file: small.test.images))
  }

  @Test func imagesInThePlaceOfLabelsAreRefused() {
    let swapped = DatasetPacker.Source(images: small.train.labels, labels: small.train.images)
    let error = failure { () throws(DatasetError) in
      try DatasetPacker.pack(train: swapped, test: nil, out: small.out)
    }
    #expect(error?.diagnosis.category == .malformedData)
  }

  @Test func optionsOutsideTheirRangeAreRefused() {
    let changes: [(inout DatasetPacker.Options) -> Void] = [
      { $0.classCount = 0 }, { $0.classCount = -1 }, { $0.classCount = .max }, { $0.samplesPerShard = 0 },
      { $0.samplesPerShard = .max }, { $0.rowsPerFrame = 0 }, { $0.rowsPerFrame = .max },
      { $0.compressionLevel = 0 }, { $0.compressionLevel = 23 },
      { $0.normalisation = .init(scale: .nan, offset: 0) }, { $0.normalisation = .init(scale: 1, offset: .infinity) },
      { $0.normalisation = .init(scale: 0, offset: 0) },
    ]
    for (index, change) in changes.enumerated() {
      var options = SmallDataset.options
      change(&options)
      #expect(small.packingFailure(options)?.diagnosis.category == .usage, "change \(index)")
    }
  }

  @Test func aDatasetIsNotOverwritten() throws {
    try small.pack()
    #expect(small.packingFailure() == .alreadyExists(folder: small.out))
  }

  @Test func aFolderThatCannotBeMadeIsNamed() throws {
    try DurableFile.replace(small.out, with: [1])
    #expect(small.packingFailure()?.diagnosis.category == .cannotCreate)
  }

  @Test func aPackingThatFailsLeavesNoDescription() throws {
    // A folder where the second shard should go.
    try DurableFile.createFolder(small.out + "/train-00001.safetensors.zst")
    #expect(small.packingFailure()?.diagnosis.category == .cannotCreate)
    #expect(TemporaryFolder.names(in: small.out) == ["train-00000.safetensors.zst", "train-00001.safetensors.zst"])
    let error = failure { () throws(DatasetError) in _ = try Dataset.open(small.out) }
    #expect(error == .notADataset(folder: small.out, reason: "No such file or directory"))
    #expect(rmdir(small.out + "/train-00001.safetensors.zst") == 0)
    try small.pack()
    #expect(try Dataset.open(small.out).train.count == 23)
  }
}
