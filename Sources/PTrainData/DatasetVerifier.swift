import PTrainCore

/// Checks all of a data set, down to the checksum of each frame.
package enum DatasetVerifier {
  /// What an intact data set holds.
  package struct Report: Equatable, Sendable {
    package let root: Digest
    /// Training samples of each class.
    package let trainClassCounts: [Int]
    /// Test samples of each class; `nil` without test samples.
    package let testClassCounts: [Int]?
    package let shardCount: Int
    package let frameCount: Int
    package let packedBytes: Int
    package let unpackedBytes: Int
  }

  /// - Parameter progress: called with the frames that are done, and all of them.
  /// - Throws: ``DatasetError`` at the first fault.
  package static func verify(
    _ folder: String, progress: (_ done: Int, _ total: Int) -> Void = { _, _ in }
  ) throws(DatasetError) -> Report {
    let dataset = try Dataset.open(folder)
    let splits = [dataset.train] + (dataset.test.map { [$0] } ?? [])
    let total = splits.reduce(0) { $0 + $1.frames.count }
    var done = 0
    for split in splits {
      try decodeAll(split) {
        done += 1
        progress(done, total)
      }
    }
    let classCount = dataset.description.classCount
    let shards = dataset.description.train.shards + (dataset.description.test?.shards ?? [])
    return Report(
      root: dataset.root, trainClassCounts: counts(dataset.train.labels, classCount),
      testClassCounts: dataset.test.map { counts($0.labels, classCount) }, shardCount: shards.count,
      frameCount: total, packedBytes: shards.reduce(0) { $0 + $1.bytes },
      unpackedBytes: splits.reduce(0) { $0 + $1.count * $1.sampleBytes })
  }

  private static func decodeAll(_ split: DatasetSplit, frameDidDecode: () -> Void) throws(DatasetError) {
    let images = UnsafeMutableRawBufferPointer.allocate(byteCount: split.largestFrameBytes, alignment: 16)
    defer { images.deallocate() }
    var decoder = try FrameDecoder()
    for (index, frame) in split.frames.enumerated() {
      let bytes = frame.samples.count * split.sampleBytes
      try split.decode(frame: index, with: &decoder, into: UnsafeMutableRawBufferPointer(rebasing: images[..<bytes]))
      frameDidDecode()
    }
  }

  private static func counts(_ labels: [Int32], _ classCount: Int) -> [Int] {
    var counts = [Int](repeating: 0, count: classCount)
    for label in labels { counts[Int(label)] += 1 }
    return counts
  }
}
