import Glibc
import PTrainCore
import PTrainStorage
import PTrainTestSupport
import Testing

@testable import PTrainData

/// Any altered bit of a shard is noticed, and the message says which samples are hit.
struct ShardFlipTests {
  private let small: SmallDataset
  private let description: DatasetDescription

  init() throws {
    small = try SmallDataset()
    description = try small.pack()
  }

  /// Opens the second shard, which holds the samples 10 to 19 in frames of 4, 4 and 2.
  private func open() -> DatasetError? {
    failure { () throws(DatasetError) in
      _ = try ShardReader(folder: small.out, shard: description.train.shards[1], of: description, firstSample: 10)
    }
  }

  @Test func everyOneOfManyRandomFlipsIsNoticed() throws {
    #expect(open() == nil)
    let path = "\(small.out)/\(description.train.shards[1].file)"
    let bytes = try DurableFile.read(path, limit: 10_000)
    let descriptor = Glibc.open(path, O_WRONLY)
    defer { close(descriptor) }
    let random = CounterRandom(seed: 3, stream: .packing)
    var ranges = Set<String>()
    for flip in 0..<2000 {
      let index = random.integer(2 * flip, below: bytes.count)
      var byte = bytes[index] ^ (1 << UInt8(random.integer(2 * flip + 1, below: 8)))
      pwrite(descriptor, &byte, 1, index)
      let error = try #require(open(), "byte \(index)")
      #expect(error.diagnosis.category == .malformedData && error.description.contains(path))
      let range = error.description.split(separator: "holds ").last?.prefix { $0 != ";" } ?? ""
      ranges.insert(String(range))
      byte = bytes[index]
      pwrite(descriptor, &byte, 1, index)
    }
    // A frame's own samples, or all of the shard if its labels or its structure are hit.
    #expect(ranges == ["samples 10 to 13", "samples 14 to 17", "samples 18 to 19", "samples 10 to 19"])
    #expect(open() == nil)
  }

  @Test func aFrameThatIsAlteredLaterIsNamedByItsSamples() throws {
    let dataset = try Dataset.open(small.out)
    let path = "\(small.out)/\(description.train.shards[1].file)"
    let bytes = try DurableFile.read(path, limit: 10_000)
    let descriptor = Glibc.open(path, O_WRONLY)
    defer { close(descriptor) }
    // The last byte belongs to the checksum of the last frame.
    var byte = bytes[bytes.count - 1] ^ 1
    pwrite(descriptor, &byte, 1, bytes.count - 1)
    let error = failure { () throws(DatasetError) in _ = try dataset.train.allImages() }
    #expect(error?.description.contains(path) == true && error?.description.contains("with samples 18 to 19;") == true)
  }
}
