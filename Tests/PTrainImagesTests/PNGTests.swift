import Foundation
import PTrainCore
import Testing

@testable import PTrainImages

@Suite struct PNGTests {
  private static func bytes(_ sample: PNGSample) -> [UInt8] { Array(Data(base64Encoded: sample.file) ?? Data()) }

  /// Noise, which doesn't compress: every byte of the file matters.
  private static func noise(width: Int, height: Int, channels: Int) -> PixelImage {
    let random = CounterRandom(seed: 1, stream: .packing)
    let pixels = (0..<(width * height * channels)).map { UInt8(random.integer($0, below: 256)) }
    return PixelImage(width: width, height: height, channels: channels, pixels: pixels)
  }

  @Test(arguments: PNGSample.all)
  func everyKindOfPNGGivesItsStoredValues(sample: PNGSample) throws {
    let picture = try PNG.decode(Self.bytes(sample), file: sample.name)
    #expect(picture.width == 5 && picture.height == 3 && picture.channels == sample.channels)
    #expect(picture.pixels == sample.pixels)
  }

  @Test(arguments: [1, 3, 4])
  func whatIsEncodedIsDecoded(channels: Int) throws {
    for (width, height) in [(1, 1), (7, 3), (64, 65)] {
      let picture = Self.noise(width: width, height: height, channels: channels)
      let bytes = try PNG.encode(picture)
      #expect(try PNG.decode(bytes, file: "") == picture)
      #expect(try PNG.encode(picture) == bytes)
    }
  }

  @Test func anEmptyPictureIsNotEncoded() {
    let empty = PixelImage(width: 0, height: 3, channels: 1, pixels: [])
    #expect(throws: PNGError.notEncoded(width: 0, height: 3, reason: "its size")) { try PNG.encode(empty) }
  }

  @Test func aFileCutShortIsRefused() throws {
    let bytes = try PNG.encode(Self.noise(width: 20, height: 20, channels: 3))
    for place in 0..<200 {
      let count = place * bytes.count / 200
      #expect(throws: PNGError.self, "\(count) bytes") { try PNG.decode(Array(bytes[..<count]), file: "") }
    }
  }

  @Test func flippedBitsGiveAPictureOrAnError() throws {
    let random = CounterRandom(seed: 2, stream: .packing)
    let files = try [PNG.encode(Self.noise(width: 12, height: 9, channels: 3))] + PNGSample.all.map(Self.bytes)
    var refused = 0
    for flip in 0..<2000 {
      var bytes = files[flip % files.count]
      bytes[random.integer(2 * flip, below: bytes.count)] ^= 1 << random.integer(2 * flip + 1, below: 8)
      do throws(PNGError) {
        let picture = try PNG.decode(bytes, file: "flipped")
        #expect(picture.width * picture.height <= PNG.largestPixelCount)
      } catch {
        refused += 1
        #expect(error.diagnosis.category == .malformedData)
      }
    }
    // All but flips in the chunks that are passed over and the top bits that libpng passes over.
    #expect(refused > 1000)
  }

  @Test func aHeaderThatPromisesTooMuchIsNotBelieved() throws {
    for (width, height) in [(0, 1), (1 << 31, 1), (1_000_000, 1_000_000), (8193, 8192)] {
      #expect(throws: PNGError.tooLarge(file: "p", width: width, height: height)) {
        try PNG.decode(Self.withSize(width, height), file: "p")
      }
    }
    let error = #expect(throws: PNGError.self) { try PNG.decode(Self.withSize(8192, 8192), file: "p") }
    #expect(error?.diagnosis.found.hasPrefix("p: ") == true && error?.diagnosis.found.contains("of data") == true)
  }

  /// A small picture whose header tells of another size; its checksum is wrong.
  private static func withSize(_ width: Int, _ height: Int) throws -> [UInt8] {
    var bytes = try PNG.encode(noise(width: 2, height: 2, channels: 1))
    for (offset, side) in [(16, width), (20, height)] {
      for byte in 0..<4 { bytes[offset + byte] = UInt8(truncatingIfNeeded: side >> (24 - 8 * byte)) }
    }
    return bytes
  }

  @Test func whatIsNotPNGIsSaid() {
    for bytes in [[], Array("GIF89a".utf8), [0x89, 0x50, 0x4E, 0x47]] as [[UInt8]] {
      let error = #expect(throws: PNGError.self) { try PNG.decode(bytes, file: "a.png") }
      #expect(error?.diagnosis.description.contains("a.png: no PNG signature; expected a PNG picture") == true)
    }
  }
}
