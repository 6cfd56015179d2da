import PTrainCore
import PTrainTestSupport
import Testing

@testable import PTrainStorage

struct SealedArchiveTests {
  static let weights: [Float] = [1, -2, 0.5, .nan, .infinity, -0.0]
  static let seeds: [UInt64] = [7, .max]

  static func archive(metadata: [String: String] = ["step": "12", "job": "{\"seed\":1}"]) throws -> [UInt8] {
    try weights.withUnsafeBytes { weights in
      try seeds.withUnsafeBytes { seeds in
        try SealedArchive.encoded(
          [
            .init("dense.weight", .f32, Shape([2, 3]), weights), .init("seeds", .u64, Shape([2]), seeds),
          ], metadata: metadata)
      }
    }
  }

  static func opened(_ bytes: [UInt8]) throws(StorageError) -> SealedArchive {
    try SealedArchive(bytes: bytes, limit: 4096)
  }

  @Test func tensorsAndMetadataComeBackToTheBit() throws {
    let archive = try Self.opened(Self.archive())
    #expect(archive.metadata == ["step": "12", "job": "{\"seed\":1}"])
    let found = try archive.floats(named: "dense.weight", shape: Shape([2, 3]))
    #expect(found.copy().map(\.bitPattern) == Self.weights.map(\.bitPattern))
    let seeds = try archive.withBytes(of: "seeds", .u64, Shape([2])) { bytes in
      [0, 8].map { bytes.loadUnaligned(fromByteOffset: $0, as: UInt64.self) }
    }
    #expect(seeds == Self.seeds)
  }

  @Test func aTensorOfAnotherKindIsRefused() throws {
    let archive = try Self.opened(Self.archive())
    let three = try Shape([3, 2])
    #expect(
      failure { () throws(StorageError) in _ = try archive.floats(named: "dense.weight", shape: three) }
        == .wrongTensor(name: "dense.weight", found: "F32 2×3", expected: "F32 3×2"))
    #expect(
      failure { () throws(StorageError) in _ = try archive.floats(named: "dense.bias", shape: three) }
        == .missingTensor(name: "dense.bias", present: ["dense.weight", "seeds"]))
    let two = try Shape([2])
    #expect(
      failure { () throws(StorageError) in _ = try archive.floats(named: "seeds", shape: two) }
        == .wrongTensor(name: "seeds", found: "U64 2", expected: "F32 2"))
  }

  @Test func sameStateGivesSameBytes() throws {
    let metadata = (0..<30).map { ("key\($0)", "value") }
    let first = try Self.archive(metadata: Dictionary(uniqueKeysWithValues: metadata))
    #expect(try first == Self.archive(metadata: Dictionary(uniqueKeysWithValues: metadata.reversed())))
    #expect(try first != Self.archive())
  }

  @Test func everyTruncationIsRefused() throws {
    let archive = try Self.archive()
    for count in 0..<archive.count {
      let error = failure { () throws(StorageError) in _ = try Self.opened(Array(archive[..<count])) }
      #expect(error?.diagnosis.category == .malformedData, "the first \(count) bytes")
    }
    #expect(failure { () throws(StorageError) in _ = try Self.opened(archive + [0]) } != nil)
  }

  @Test func everyFlipIsRefused() throws {
    let archive = try Self.archive()
    for index in archive.indices {
      for mask: UInt8 in [0x01, 0x02, 0x04, 0x08, 0x10, 0x20, 0x40, 0x80, 0xFF] {
        var altered = archive
        altered[index] ^= mask
        let error = failure { () throws(StorageError) in _ = try Self.opened(altered) }
        #expect(error?.diagnosis.category == .malformedData, "byte \(index) ^ \(mask)")
      }
    }
  }

  @Test func theFileWithoutItsSealIsAZstdFrameOfSafetensors() throws {
    let archive = try Self.archive()
    let frames = try archive.scoped { archive throws(StorageError) in try ZstdFrame.all(in: archive) }
    #expect(frames.map(\.isSkippable) == [false, true])
    let content = try ZstdTests.decompressed(Array(archive[..<frames[0].compressedBytes]))
    let header = try SafetensorsHeaderTests.parsed(content)
    #expect(header.tensors.map(\.name) == ["dense.weight", "seeds"])
  }

  @Test func contentAboveTheLimitIsRefused() throws {
    let folder = try TemporaryFolder()
    let path = folder.file("ckpt.zst")
    let large = [UInt8](repeating: 0, count: 5000)
    let shape = try Shape([5000])
    try large.withUnsafeBytes { try SealedArchive.write([.init("a", .u8, shape, $0)], metadata: [:], to: path) }
    #expect(try SealedArchive.read(path, limit: 6000).header.payloadBytes == 5000)
    let error = failure { () throws(StorageError) in _ = try SealedArchive.read(path, limit: 5000) }
    guard case .damaged(path, .contentTooLarge(_, limit: 5000)) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(error?.description.hasPrefix("found \(path): 50") == true)
  }
}

extension SealedArchiveTests {
  /// 4,096 blocks of 128 KiB, each one repeated byte, in a frame of 16 KiB that is sealed as it should be.
  @Test func aFrameThatPromisesTooMuchIsRefusedBeforeAnythingIsAllocated() {
    let size = UInt32(512 << 20)
    var frame: [UInt8] = [0x28, 0xB5, 0x2F, 0xFD, 0b1010_0100] + (0..<4).map { UInt8(size >> (8 * $0) & 0xFF) }
    for block in 0..<4096 {
      let header = UInt32(131_072 << 3 | 1 << 1 | (block == 4095 ? 1 : 0))
      frame += (0..<3).map { UInt8(header >> (8 * $0) & 0xFF) } + [0]
    }
    frame += [0, 0, 0, 0]
    let bytes = frame + frame.withUnsafeBytes { ArchiveSeal.seal($0) }
    let error = failure { () throws(StorageError) in _ = try SealedArchive(bytes: bytes, limit: 16 << 30) }
    #expect(error == .contentTooLarge(byteCount: 512 << 20, limit: bytes.count * 1000))
  }
}
