import CZlib
import PTrainCore
import PTrainData
import PTrainStorage
import PTrainTestSupport

/// Some samples, their IDX files and the data set packed from them.
struct SmallDataset {
  let folder: TemporaryFolder
  let shape: [Int]
  let trainImages: [UInt8]
  let trainLabels: [UInt8]
  let testImages: [UInt8]
  let testLabels: [UInt8]

  var out: String { folder.file("packed") }
  var train: DatasetPacker.Source { source("train") }
  var test: DatasetPacker.Source { source("test") }
  var sampleBytes: Int { shape.reduce(1, *) }

  /// Three shards of 10, 10 and 3 samples in frames of up to 4 rows, unless said otherwise.
  static var options: DatasetPacker.Options {
    var options = DatasetPacker.Options()
    options.samplesPerShard = 10
    options.rowsPerFrame = 4
    return options
  }

  init(shape: [Int] = [3, 2], train: Int = 23, test: Int = 7, classCount: Int = 5) throws {
    folder = try TemporaryFolder()
    self.shape = shape
    let random = CounterRandom(seed: 9, stream: .packing)
    let sampleBytes = shape.reduce(1, *)
    trainImages = (0..<(train * sampleBytes)).map { UInt8(random.integer($0, below: 256)) }
    testImages = (0..<(test * sampleBytes)).map { UInt8(random.integer($0 + 1_000_000, below: 256)) }
    trainLabels = (0..<train).map { UInt8((classCount - 1) - $0 % classCount) }
    testLabels = (0..<test).map { UInt8($0 % classCount) }
    try write("train-images", [train] + shape, trainImages)
    try write("train-labels", [train], trainLabels)
    try write("test-images", [test] + shape, testImages)
    try write("test-labels", [test], testLabels)
  }

  private func source(_ name: String) -> DatasetPacker.Source {
    .init(images: folder.file("\(name)-images"), labels: folder.file("\(name)-labels"))
  }

  /// Writes an IDX file.
  func write(
    _ name: String, _ dimensions: [Int], _ payload: [UInt8], element: IDXHeader.Element = .u8
  ) throws {
    let header = try IDXHeader(element: element, dimensions: dimensions)
    try DurableFile.replace(folder.file(name), with: header.serialised + payload)
  }

  @discardableResult
  func pack(_ options: DatasetPacker.Options = options) throws(DatasetError) -> DatasetDescription {
    try DatasetPacker.pack(train: train, test: test, out: out, options: options)
  }

  /// Why packing these files ends.
  func packingFailure(_ options: DatasetPacker.Options = options) -> DatasetError? {
    failure { () throws(DatasetError) in try pack(options) }
  }
}

extension DatasetSplit {
  /// All samples, decoded frame by frame.
  func allImages() throws(DatasetError) -> [UInt8] {
    var decoder = try FrameDecoder()
    var images: [UInt8] = []
    for index in frames.indices { images += try self.images(ofFrame: index, with: &decoder) }
    return images
  }

  func images(ofFrame index: Int, with decoder: inout FrameDecoder) throws(DatasetError) -> [UInt8] {
    let buffer = UnsafeMutableRawBufferPointer.allocate(
      byteCount: frames[index].samples.count * sampleBytes, alignment: 1)
    defer { buffer.deallocate() }
    try decode(frame: index, with: &decoder, into: buffer)
    return Array(buffer)
  }
}

/// Writes `bytes` to `path` as gzip.
func writeGzip(_ bytes: [UInt8], to path: String, mode: String = "wb") {
  let file = gzopen(path, mode)
  bytes.withUnsafeBytes { bytes in
    // Not a claim: a broken file shows in the test that reads it.
    _ = gzwrite(file, bytes.baseAddress, UInt32(bytes.count))
  }
  gzclose(file)
}
