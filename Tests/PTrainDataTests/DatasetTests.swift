import Dispatch
import Glibc
import PTrainCore
import PTrainData
import PTrainStorage
import Synchronization
import Testing

struct DatasetTests {
  @Test func samplesComeBackInOrder() throws {
    let small = try SmallDataset()
    let packed = try small.pack()
    let dataset = try Dataset.open(small.out)
    #expect(dataset.description == packed)
    #expect(packed.classCount == 5)
    #expect(packed.name == "packed")
    #expect(packed.sampleShape.dimensions == [3, 2])
    #expect(dataset.train.labels == small.trainLabels.map { Int32($0) })
    #expect(try dataset.train.allImages() == small.trainImages)
    for sample in 0..<23 {
      #expect(try dataset.train.image(ofSample: sample) == Array(small.trainImages[(sample * 6)..<(sample * 6 + 6)]))
    }
    let test = try #require(dataset.test)
    #expect(test.labels == small.testLabels.map { Int32($0) })
    #expect(try test.allImages() == small.testImages)
  }

  @Test func framesAreNumberedThroughAllShards() throws {
    let small = try SmallDataset()
    try small.pack()
    let train = try Dataset.open(small.out).train
    #expect(train.shardSamples == [0..<10, 10..<20, 20..<23])
    #expect(train.frames.map(\.samples) == [0..<4, 4..<8, 8..<10, 10..<14, 14..<18, 18..<20, 20..<23])
    #expect(train.frames.map(\.shard) == [0, 0, 0, 1, 1, 1, 2])
    #expect(train.frames.map(\.index) == [0, 1, 2, 0, 1, 2, 0])
    #expect(train.largestFrameBytes == 24)
    for sample in 0..<23 {
      #expect(train.frames[train.frame(ofSample: sample)].samples.contains(sample))
    }
  }

  /// Other ranks, class counts and sizes, odd ones and single samples among them.
  @Test(arguments: [
    ([1], 1, 1, 1), ([7], 9, 1, 3), ([2, 3, 4], 11, 5, 2), ([1, 1], 10, 20, 7), ([5, 5], 257, 3, 250),
  ])
  func anyShapeAndClassCountPacks(shape: [Int], train: Int, test: Int, classCount: Int) throws {
    let small = try SmallDataset(shape: shape, train: train, test: test, classCount: classCount)
    try small.pack()
    let dataset = try Dataset.open(small.out)
    #expect(dataset.description.sampleShape.dimensions == shape)
    #expect(try dataset.train.allImages() == small.trainImages)
    #expect(try dataset.test?.allImages() == small.testImages)
    let report = try DatasetVerifier.verify(small.out)
    #expect(report.trainClassCounts.reduce(0, +) == train)
    #expect(report.trainClassCounts.count == dataset.description.classCount)
  }

  @Test func defaultsSuitSmallAndLargeSamples() throws {
    for (side, rows) in [(28, 256), (100, 104), (1024, 1)] {
      let small = try SmallDataset(shape: [side, side], train: 1, test: 1, classCount: 1)
      #expect(try small.pack(DatasetPacker.Options()).rowsPerFrame == rows)
    }
  }

  @Test func gzipPacksToTheSameBytes() throws {
    let plain = try SmallDataset()
    let zipped = try SmallDataset()
    for name in ["train-images", "train-labels", "test-images", "test-labels"] {
      writeGzip(try DurableFile.read(plain.folder.file(name), limit: 10_000), to: zipped.folder.file(name))
    }
    #expect(try plain.pack() == zipped.pack())
    #expect(try Dataset.open(plain.out).root == Dataset.open(zipped.out).root)
  }

  @Test func testSamplesMayBeAbsent() throws {
    let small = try SmallDataset()
    try DatasetPacker.pack(train: small.train, test: nil, out: small.out)
    let dataset = try Dataset.open(small.out)
    #expect(dataset.test == nil && dataset.description.test == nil)
    #expect(try dataset.train.allImages() == small.trainImages)
    #expect(try DatasetVerifier.verify(small.out).testClassCounts == nil)
  }

  @Test func packingCanShuffleTheTrainingSamples() throws {
    let small = try SmallDataset()
    var options = SmallDataset.options
    options.shuffleSeed = .max
    try small.pack(options)
    let dataset = try Dataset.open(small.out)
    #expect(dataset.description.shuffleSeed == .max)
    var order = [UInt32](0..<23)
    CounterRandom(seed: .max, stream: .packing).shuffle(&order)
    #expect(order != [UInt32](0..<23))
    #expect(dataset.train.labels == order.map { Int32(small.trainLabels[Int($0)]) })
    #expect(try dataset.train.allImages() == order.flatMap { small.trainImages[(Int($0) * 6)..<(Int($0) * 6 + 6)] })
    #expect(try dataset.test?.allImages() == small.testImages)
  }

  @Test func theVerifierCountsClasses() throws {
    let small = try SmallDataset()
    try small.pack()
    var steps: [Int] = []
    let report = try DatasetVerifier.verify(small.out) { done, total in steps.append(total - done) }
    #expect(report.trainClassCounts == [4, 4, 5, 5, 5])
    #expect(report.testClassCounts == [2, 2, 1, 1, 1])
    #expect(report.shardCount == 4 && report.frameCount == 9)
    #expect(report.unpackedBytes == 30 * 6)
    #expect(steps == [8, 7, 6, 5, 4, 3, 2, 1, 0])
  }

  @Test func aShardIsASafetensorsFileInFrames() throws {
    let small = try SmallDataset()
    try small.pack()
    let file = try DurableFile.read(small.out + "/train-00002.safetensors.zst", limit: 10_000)
    let content = try file.scoped { file throws(StorageError) in
      var content: [UInt8] = []
      var offset = 0
      for frame in try ZstdFrame.all(in: file) {
        let bytes = UnsafeRawBufferPointer(rebasing: file[offset..<(offset + frame.compressedBytes)])
        content += try ZstdDecompressor().decompress(frame: bytes, limit: 10_000)
        offset += frame.compressedBytes
      }
      return content
    }
    let header = try content.scoped { content throws(StorageError) in
      try SafetensorsHeader(parsing: content, fileBytes: content.count)
    }
    #expect(header.tensors.map(\.name) == ["labels", "images"])
    #expect(header.tensors.map(\.kind) == ["I32 3", "U8 3×3×2"])
    #expect(Array(content.suffix(18)) == Array(small.trainImages.suffix(18)))
  }

  @Test func threadsDecodeAtOnce() throws {
    let small = try SmallDataset(shape: [50], train: 200, test: 1)
    try small.pack()
    let train = try Dataset.open(small.out).train
    let images = small.trainImages
    let wrong = Atomic<Int>(0)
    let decoded = Atomic<Int>(0)
    DispatchQueue.concurrentPerform(iterations: 4) { lane in
      do {
        var decoder = try FrameDecoder()
        for round in 0..<20 {
          for index in train.frames.indices where (index + round) % 4 == lane {
            let samples = train.frames[index].samples
            let expected = images[(samples.lowerBound * 50)..<(samples.upperBound * 50)]
            if try train.images(ofFrame: index, with: &decoder) != Array(expected) { wrong.add(1, ordering: .relaxed) }
            decoded.add(1, ordering: .relaxed)
          }
        }
      } catch {
        wrong.add(1, ordering: .relaxed)
      }
    }
    #expect(wrong.load(ordering: .relaxed) == 0)
    #expect(decoded.load(ordering: .relaxed) == 20 * train.frames.count)
  }
}
