import PTrainCore
import PTrainStorage
import PTrainTestSupport
import Testing

struct ZstdTests {
  /// Text that repeats, then bytes that do not.
  static func content(_ count: Int) -> [UInt8] {
    let random = CounterRandom(seed: 1, stream: .packing)
    return (0..<count).map { $0 < count / 2 ? UInt8($0 % 7) : UInt8(random.integer($0, below: 256)) }
  }

  static func compressed(_ content: [UInt8], level: Int32 = 3) throws -> [UInt8] {
    try content.scoped { content throws(StorageError) in
      try ZstdCompressor(level: level).compress([content])
    }
  }

  static func decompressed(_ frame: [UInt8], limit: Int = 1 << 20) throws(StorageError) -> [UInt8] {
    try frame.scoped { frame throws(StorageError) in
      try ZstdDecompressor().decompress(frame: frame, limit: limit)
    }
  }

  @Test(arguments: [0, 1, 2, 1000, 300_000])
  func contentComesBack(count: Int) throws {
    let content = Self.content(count)
    #expect(try Self.decompressed(Self.compressed(content)) == content)
  }

  @Test func oneDecompressorTakesManyFrames() throws {
    let contents = [10, 20_000, 0, 3].map(Self.content)
    let decompressor = try ZstdDecompressor()
    for content in contents {
      let frame = try Self.compressed(content)
      let found = try frame.scoped { frame throws(StorageError) in
        try decompressor.decompress(frame: frame, limit: content.count)
      }
      #expect(found == content)
    }
  }

  @Test func piecesGiveTheContentOfTheWhole() throws {
    let content = Self.content(5000)
    let frame = try content.scoped { content throws(StorageError) in
      let pieces = [0..<1, 1..<1, 1..<4000, 4000..<5000].map { UnsafeRawBufferPointer(rebasing: content[$0]) }
      return try ZstdCompressor(level: 3).compress(pieces)
    }
    #expect(try Self.decompressed(frame) == content)
  }

  @Test func sameContentGivesSameBytes() throws {
    let content = Self.content(100_000)
    let compressor = try ZstdCompressor(level: 3)
    let frames = try (0..<2).map { _ in
      try content.scoped { content throws(StorageError) in try compressor.compress([content]) }
    }
    #expect(frames[0] == frames[1])
    #expect(try frames[0] == Self.compressed(content))
  }

  @Test func sizeOfTheDestinationMustBeExact() throws {
    let frame = try Self.compressed(Self.content(100))
    for size in [0, 99, 101] {
      var destination = [UInt8](repeating: 0, count: size)
      let error = failure { () throws(StorageError) in
        try frame.scoped { frame throws(StorageError) in
          try destination.withUnsafeMutableBytes { destination in
            Result { () throws(StorageError) in try ZstdDecompressor().decompress(frame: frame, into: destination) }
          }.get()
        }
      }
      #expect(
        error
          == .damagedFrame(found: "a frame with 100 bytes of content", expected: "\(size) bytes"))
    }
  }

  @Test func contentAboveTheLimitIsRefused() throws {
    let frame = try Self.compressed(Self.content(1000))
    #expect(
      failure { () throws(StorageError) in _ = try Self.decompressed(frame, limit: 999) }
        == .contentTooLarge(byteCount: 1000, limit: 999))
  }

  @Test func everyTruncationIsRefused() throws {
    let frame = try Self.compressed(Self.content(300))
    for count in 0..<frame.count {
      let error = failure { () throws(StorageError) in _ = try Self.decompressed(Array(frame[..<count])) }
      #expect(error != nil, "the first \(count) bytes")
    }
    #expect(failure { () throws(StorageError) in _ = try Self.decompressed(frame + [0]) } != nil)
  }

  /// Some bits of a frame are padding, which no decoder looks at: a flip there must leave the content as it is.
  @Test func noFlipGivesOtherContent() throws {
    let content = Self.content(300)
    let frame = try Self.compressed(content)
    var harmless = 0
    for index in frame.indices {
      for mask: UInt8 in [0x01, 0x02, 0x04, 0x08, 0x10, 0x20, 0x40, 0x80, 0xFF] {
        var altered = frame
        altered[index] ^= mask
        guard let found = try? Self.decompressed(altered) else { continue }
        #expect(found == content, "byte \(index) ^ \(mask)")
        harmless += 1
      }
    }
    #expect(harmless < 8)
  }

  @Test func framesOfAnotherKindAreRefused() throws {
    let frame = try Self.compressed(Self.content(300))
    // zstd ignores bit 4 and reads a frame without a checksum, which then lacks its last four bytes.
    var unused = frame
    unused[4] |= 0x10
    var unchecked = Array(frame.dropLast(4))
    unchecked[4] &= ~0x04
    for altered in [unused, unchecked] {
      guard case .damagedFrame = failure({ () throws(StorageError) in _ = try Self.decompressed(altered) }) else {
        Issue.record("descriptor \(altered[4])")
        continue
      }
    }
    let skippable: [UInt8] = [0x53, 0x2A, 0x4D, 0x18, 0, 0, 0, 0]
    #expect(failure { () throws(StorageError) in _ = try Self.decompressed(skippable) } != nil)
  }

  @Test func framesAreWalkedToTheLastByte() throws {
    let skippable: [UInt8] = [0x53, 0x2A, 0x4D, 0x18, 3, 0, 0, 0, 1, 2, 3]
    let frames = try [Self.compressed(Self.content(500)), skippable, Self.compressed(Self.content(20))]
    let file = frames.flatMap { $0 }
    let walked = try file.scoped { file throws(StorageError) in try ZstdFrame.all(in: file) }
    #expect(walked.map(\.compressedBytes) == frames.map(\.count))
    #expect(walked.map(\.contentBytes) == [500, 0, 20])
    #expect(walked.map(\.isSkippable) == [false, true, false])
    let error = failure { () throws(StorageError) in
      _ = try (file + [1]).scoped { file throws(StorageError) in try ZstdFrame.all(in: file) }
    }
    #expect(error != nil)
  }
}
