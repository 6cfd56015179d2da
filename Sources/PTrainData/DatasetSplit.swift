import PTrainCore
import PTrainStorage

/// The training samples or the test samples of an open data set, numbered through all shards.
///
/// Threads may share it; each needs a ``FrameDecoder`` of its own.
package final class DatasetSplit: Sendable {
  /// An image frame, numbered through all shards.
  package struct Frame: Equatable, Sendable {
    package let shard: Int
    /// Its number inside the shard.
    package let index: Int
    /// The samples in it, numbered through the split.
    package let samples: Range<Int>
  }

  /// Samples in the split.
  package let count: Int
  package let sampleShape: Shape
  /// Bytes of one sample.
  package let sampleBytes: Int
  package let frames: [Frame]
  /// Of every sample, in `0..<classCount`.
  package let labels: [Int32]
  /// The samples of each shard, numbered through the split.
  package let shardSamples: [Range<Int>]

  private let shards: [ShardReader]
  /// The number of each shard's first frame.
  private let firstFrames: [Int]
  private let rowsPerFrame: Int

  init(folder: String, part: DatasetDescription.Part, of description: DatasetDescription) throws(DatasetError) {
    var shards: [ShardReader] = []
    var frames: [Frame] = []
    var labels: [Int32] = []
    var firstFrames: [Int] = []
    var shardSamples: [Range<Int>] = []
    for (number, shard) in part.shards.enumerated() {
      let start = labels.count
      let reader = try ShardReader(folder: folder, shard: shard, of: description, firstSample: start)
      firstFrames.append(frames.count)
      for index in 0..<reader.frameCount {
        let rows = reader.rows(of: index)
        frames.append(
          Frame(shard: number, index: index, samples: (start + rows.lowerBound)..<(start + rows.upperBound)))
      }
      labels += reader.labels
      shardSamples.append(start..<labels.count)
      shards.append(reader)
    }
    (self.shards, self.frames, self.labels) = (shards, frames, labels)
    (self.firstFrames, self.shardSamples) = (firstFrames, shardSamples)
    count = labels.count
    sampleShape = description.sampleShape
    sampleBytes = description.sampleBytes
    rowsPerFrame = description.rowsPerFrame
  }

  /// The number of the frame that holds `sample`.
  ///
  /// - Complexity: O(log shards).
  package func frame(ofSample sample: Int) -> Int {
    precondition(sample >= 0 && sample < count, "sample \(sample) of \(count)")
    var low = 0
    var high = shardSamples.count - 1
    while low < high {
      let middle = (low + high + 1) / 2
      if shardSamples[middle].lowerBound <= sample { low = middle } else { high = middle - 1 }
    }
    return firstFrames[low] + (sample - shardSamples[low].lowerBound) / rowsPerFrame
  }

  /// Bytes of the largest frame, decoded.
  package var largestFrameBytes: Int { (frames.map(\.samples.count).max() ?? 0) * sampleBytes }

  /// Decodes frame `frame` into `images`, `[samples of the frame, sampleBytes]`; overwritten. The frame's
  /// checksum is verified.
  ///
  /// - Precondition: `images` has exactly the size of the frame's samples.
  package func decode(
    frame: Int, with decoder: inout FrameDecoder, into images: UnsafeMutableRawBufferPointer
  ) throws(DatasetError) {
    let frame = frames[frame]
    try shards[frame.shard].decode(frame.index, with: &decoder, into: images)
  }

  /// The bytes of one sample. It decodes a whole frame, so it is for a look at a few samples.
  package func image(ofSample sample: Int) throws(DatasetError) -> [UInt8] { try images(ofSamples: [sample])[0] }

  /// The bytes of some samples, in their order. Each frame that holds any of them is decoded once.
  package func images(ofSamples samples: [Int]) throws(DatasetError) -> [[UInt8]] {
    let images = UnsafeMutableRawBufferPointer.allocate(byteCount: largestFrameBytes, alignment: 16)
    defer { images.deallocate() }
    var decoder = try FrameDecoder()
    var result = [[UInt8]](repeating: [], count: samples.count)
    for (frame, places) in Dictionary(grouping: samples.indices, by: { self.frame(ofSample: samples[$0]) }) {
      let range = frames[frame].samples
      let content = UnsafeMutableRawBufferPointer(rebasing: images[..<(range.count * sampleBytes)])
      try decode(frame: frame, with: &decoder, into: content)
      for place in places {
        let start = (samples[place] - range.lowerBound) * sampleBytes
        result[place] = Array(content[start..<(start + sampleBytes)])
      }
    }
    return result
  }
}
