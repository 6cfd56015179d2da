import PTrainCore
import PTrainStorage

/// What a packing decides before it writes: class count, order, sizes.
struct PackingPlan {
  let classCount: Int
  let classNames: [String]?
  let samplesPerShard: Int
  let rowsPerFrame: Int
  let shuffleSeed: UInt64?
  let compressionLevel: Int32
  let sampleShape: Shape

  /// A frame of this size decodes in well under a millisecond and compresses as well as a larger one.
  private static let usualFrameBytes = 1 << 20

  /// - Throws: ``DatasetError/invalidOption(name:value:expected:)`` or
  ///   ``DatasetError/labelOutOfRange(label:sample:classCount:file:)``.
  init(_ train: SampleSource, _ test: SampleSource?, _ options: DatasetPacker.Options) throws(DatasetError) {
    let largest = max(train.labels.max() ?? 0, test?.labels.max() ?? 0)
    classCount = options.classCount ?? Int(max(largest, 0)) + 1
    classNames = options.classNames
    sampleShape = train.shape
    samplesPerShard = options.samplesPerShard
    rowsPerFrame = options.rowsPerFrame ?? max(1, min(256, Self.usualFrameBytes / train.shape.elementCount))
    shuffleSeed = options.shuffleSeed
    compressionLevel = options.compressionLevel
    try check("the number of classes", classCount, 1...DatasetDescription.maximumClassCount)
    try check("samples per shard", samplesPerShard, 1...DatasetDescription.maximumShardCount)
    let mostRows = DatasetDescription.maximumFrameBytes / sampleShape.elementCount
    guard mostRows > 0 else {
      throw .invalidOption(
        name: "samples of \(sampleShape.elementCount) bytes", value: "",
        expected: "at most \(DatasetDescription.maximumFrameBytes)")
    }
    try check("rows per frame", rowsPerFrame, 1...mostRows)
    try check("the compression level", Int(compressionLevel), 1...22)
    guard options.normalisation.scale.isFinite, options.normalisation.scale != 0, options.normalisation.offset.isFinite
    else {
      throw .invalidOption(
        name: "the normalisation", value: "\(options.normalisation.scale), \(options.normalisation.offset)",
        expected: "finite numbers, scale not 0")
    }
    try train.checkLabels(below: classCount)
    try test?.checkLabels(below: classCount)
  }

  private func check(_ name: String, _ value: Int, _ range: ClosedRange<Int>) throws(DatasetError) {
    guard range.contains(value) else {
      throw .invalidOption(name: name, value: "\(value)", expected: "\(range.lowerBound) to \(range.upperBound)")
    }
  }

  /// The input sample at each place of the packed training samples.
  func trainingOrder(_ count: Int) -> [UInt32] {
    var order = [UInt32](0..<UInt32(count))
    if let shuffleSeed { CounterRandom(seed: shuffleSeed, stream: .packing).shuffle(&order) }
    return order
  }

  /// Writes the shards of one split.
  ///
  /// - Parameter shardDidEnd: called with the number of samples in each shard that is written.
  func write(
    _ source: SampleSource, _ name: String, _ order: [UInt32], _ folder: String, _ shardDidEnd: (Int) -> Void
  ) throws(DatasetError) -> DatasetDescription.Part {
    var shards: [DatasetDescription.Shard] = []
    for start in stride(from: 0, to: order.count, by: samplesPerShard) {
      let samples = order[start..<min(start + samplesPerShard, order.count)]
      let digits = String(shards.count)
      let number = String(repeating: "0", count: max(0, 5 - digits.count)) + digits
      let file = "\(name)-\(number).safetensors.zst"
      let bytes = try encoded(samples, of: source)
      try DatasetError.storing { () throws(StorageError) in
        try DurableFile.replace("\(folder)/\(file)", with: bytes)
      }
      shards.append(
        .init(file: file, count: samples.count, bytes: bytes.count, sha256: bytes.withUnsafeBytes(Digest.init(of:))))
      shardDidEnd(samples.count)
    }
    return .init(count: order.count, shards: shards)
  }

  /// The bytes of a shard with `samples` of `source`.
  private func encoded(_ samples: ArraySlice<UInt32>, of source: SampleSource) throws(DatasetError) -> [UInt8] {
    let layout = ShardLayout(count: samples.count, sampleShape: sampleShape, rowsPerFrame: rowsPerFrame)
    let labels = samples.flatMap { sample in withUnsafeBytes(of: source.labels[Int(sample)].littleEndian) { Array($0) }
    }
    let compressor = try DatasetError.storing { () throws(StorageError) in try ZstdCompressor(level: compressionLevel) }
    var bytes = try DatasetError.storing { () throws(StorageError) in
      try compressor.compress(bytes: layout.header().serialised() + labels)
    }
    var images = [UInt8](repeating: 0, count: min(rowsPerFrame, samples.count) * sampleShape.elementCount)
    for rows in layout.rows {
      let frame = samples[(samples.startIndex + rows.lowerBound)..<(samples.startIndex + rows.upperBound)]
      bytes += try images.withUnsafeMutableBytes { images in
        Result { () throws(DatasetError) in try compressed(Array(frame), of: source, images, compressor) }
      }.get()
    }
    return bytes
  }

  /// The frame with `samples` of `source`; `images`, which is at least as large, is overwritten.
  private func compressed(
    _ samples: [UInt32], of source: SampleSource, _ images: UnsafeMutableRawBufferPointer,
    _ compressor: borrowing ZstdCompressor
  ) throws(DatasetError) -> [UInt8] {
    let rows = UnsafeMutableRawBufferPointer(rebasing: images[..<(samples.count * sampleShape.elementCount)])
    try source.images.gather(samples, into: rows)
    do throws(StorageError) {
      return try compressor.compress([UnsafeRawBufferPointer(rows)])
    } catch {
      throw .storage(error)
    }
  }

  func description(
    name: String, train: DatasetDescription.Part, test: DatasetDescription.Part?,
    normalisation: DatasetDescription.Normalisation
  ) -> DatasetDescription {
    DatasetDescription(
      format: DatasetDescription.format, version: DatasetDescription.version, name: name, sampleShape: sampleShape,
      elementType: DatasetDescription.elementType, classCount: classCount, classNames: classNames,
      normalisation: normalisation,
      rowsPerFrame: rowsPerFrame, shuffleSeed: shuffleSeed, train: train, test: test)
  }
}

extension ZstdCompressor {
  /// One frame whose content is `bytes`.
  borrowing func compress(bytes: [UInt8]) throws(StorageError) -> [UInt8] {
    try bytes.scoped { bytes throws(StorageError) in try compress([bytes]) }
  }
}
