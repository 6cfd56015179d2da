import PTrainCore
import PTrainStorage

/// Packs IDX files into a data set: shards of zstd frames, then `dataset.json`.
package enum DatasetPacker {
  /// The IDX files of one split, plain or gzip.
  package struct Source: Sendable {
    package let images: String
    package let labels: String

    package init(images: String, labels: String) {
      self.images = images
      self.labels = labels
    }
  }

  package struct Options: Sendable {
    /// `nil`: the last part of the folder's path.
    package var name: String?
    /// `nil`: the largest label of both splits, and 1.
    package var classCount: Int?
    /// As many as there are classes; `nil` for numbers only.
    package var classNames: [String]?
    package var normalisation = DatasetDescription.Normalisation.unit
    package var samplesPerShard = 4096
    /// `nil`: 256, or fewer if they would make a frame larger than 1 MiB.
    package var rowsPerFrame: Int?
    /// Packs the training samples in an order drawn with this seed; `nil` leaves them in theirs.
    package var shuffleSeed: UInt64?
    /// On MNIST: level 3 gives 4.7× at 290 MB/s, 9 gives 5.1× at 61 MB/s, 19 gives 5.2× at 2 MB/s.
    package var compressionLevel: Int32 = 9

    package init() {}
  }

  /// How far the packing is, in samples of both splits.
  package struct Progress: Equatable, Sendable {
    package let sampleCount: Int
    package let packedSamples: Int
  }

  /// Packs `train` and `test` into the folder `out`, which is made if it is missing.
  ///
  /// All input is checked before anything is written, and `dataset.json` is written last: a folder with one
  /// holds a whole data set.
  ///
  /// - Parameter test: `nil` for a data set without test samples.
  /// - Throws: ``DatasetError``.
  @discardableResult
  package static func pack(
    train: Source, test: Source?, out: String, options: Options = Options(),
    progress: (Progress) -> Void = { _ in }
  ) throws(DatasetError) -> DatasetDescription {
    try pack(
      SampleSource(train), test.map { source throws(DatasetError) in try SampleSource(source) }, out: out,
      options: options, progress: progress)
  }

  /// Packs the arrays of the `.npz` file at `train` into the folder `out`, which is made if it is missing.
  ///
  /// `x_train` and `y_train`, or else `x` and `y`, are the training samples; `x_test` and `y_test` of the same file, or
  /// `x` and `y` of the file at `test`, are the test samples.
  ///
  /// - Throws: ``DatasetError``.
  @discardableResult
  package static func pack(
    npz train: String, testNPZ test: String?, out: String, options: Options = Options(),
    progress: (Progress) -> Void = { _ in }
  ) throws(DatasetError) -> DatasetDescription {
    let file = try NumpySamples(train)
    let training = try file.source("train")
    let testing = try test.map { path throws(DatasetError) in try NumpySamples(path) } ?? file
    let hasTest = test != nil || file.hasSplit("test")
    return try pack(
      training, hasTest ? testing.source("test") : nil, out: out, options: options, progress: progress)
  }

  /// The same with samples from anywhere.
  static func pack(
    _ training: SampleSource, _ testing: SampleSource?, out: String, options: Options,
    progress: (Progress) -> Void
  ) throws(DatasetError) -> DatasetDescription {
    if let testing, testing.shape != training.shape {
      throw .shapesDiffer(train: training.shape, test: testing.shape)
    }
    let plan = try PackingPlan(training, testing, options)
    let path = "\(out)/\(DatasetDescription.fileName)"
    guard (try? ReadableFile(path)) == nil else { throw .alreadyExists(folder: out) }
    try DatasetError.storing { () throws(StorageError) in try DurableFile.createFolder(out) }
    let total = training.count + (testing?.count ?? 0)
    var packed = 0
    func shardDidEnd(_ count: Int) {
      packed += count
      progress(Progress(sampleCount: total, packedSamples: packed))
    }
    let trainPart = try plan.write(training, "train", plan.trainingOrder(training.count), out, shardDidEnd)
    let testPart = try testing.map { testing throws(DatasetError) in
      try plan.write(testing, "test", [UInt32](0..<UInt32(testing.count)), out, shardDidEnd)
    }
    let description = plan.description(
      name: options.name ?? folderName(out), train: trainPart, test: testPart, normalisation: options.normalisation)
    let file = try description.file()
    try DatasetError.storing { () throws(StorageError) in try DurableFile.replace(path, with: file) }
    return description
  }

  private static func folderName(_ path: String) -> String {
    path.split(separator: "/").last { $0 != "." && $0 != ".." }.map(String.init) ?? "dataset"
  }
}
