/// The parts of a PNG file that decide its pixels, checked before anything is allocated for them.
///
/// A file is a signature and chunks of length, type, content and checksum (W3C, "Portable Network Graphics",
/// 2nd edition, chapter 5). Text, times, colour profiles and the like are left out of what libpng gets: they
/// can be compressed a thousandfold and say nothing about the stored values. Checksums are left to libpng.
struct PNGContent {
  private(set) var width = 0
  private(set) var height = 0
  /// 16 bits a value, and rows in Adam7's order.
  private(set) var isDeepAndInterlaced = false
  /// Signature, `IHDR`, `PLTE`, `tRNS`, `IDAT`s and `IEND`, as in the file.
  private(set) var bytes: [UInt8]
  private var bitsPerPixel = 0
  private var dataBytes = 0

  static let signature: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]
  private static let chunkFrame = 12
  /// Deflate packs at most 1,032 bytes into one.
  private static let largestRatio = 1032

  init(_ file: [UInt8], name: String) throws(PNGError) {
    guard file.starts(with: Self.signature) else {
      throw .malformed(file: name, found: "no PNG signature", expected: "a PNG picture")
    }
    bytes = Self.signature
    bytes.reserveCapacity(file.count)
    var offset = Self.signature.count
    var isComplete = false
    while !isComplete {
      let chunk = try Self.chunk(of: file, at: offset, name: name)
      try take(chunk, of: file, name: name)
      isComplete = chunk.type == "IEND"
      offset = chunk.range.upperBound
    }
    guard width * height * bitsPerPixel / 8 / Self.largestRatio <= dataBytes else {
      throw .malformed(
        file: name, found: "\(dataBytes) bytes of data for \(width)×\(height) pixels",
        expected: "as many as such a picture can't be packed below")
    }
  }

  private struct Chunk {
    let type: String
    let content: Range<Int>
    /// With length, type and checksum.
    let range: Range<Int>
  }

  private static func chunk(of file: [UInt8], at offset: Int, name: String) throws(PNGError) -> Chunk {
    guard file.count - offset >= chunkFrame else {
      throw .malformed(file: name, found: "a file that ends at byte \(file.count)", expected: "the whole picture")
    }
    let length = number(in: file, at: offset)
    guard length <= file.count - offset - chunkFrame else {
      throw .malformed(
        file: name, found: "a chunk of \(length) bytes at byte \(offset) of \(file.count)",
        expected: "chunks inside the file, which may be cut short")
    }
    let type = String(decoding: file[(offset + 4)..<(offset + 8)], as: UTF8.self)
    return Chunk(
      type: type, content: (offset + 8)..<(offset + 8 + length), range: offset..<(offset + chunkFrame + length))
  }

  private mutating func take(_ chunk: Chunk, of file: [UInt8], name: String) throws(PNGError) {
    guard (chunk.type == "IHDR") == (bytes.count == Self.signature.count) else {
      throw .malformed(file: name, found: "the chunk \(chunk.type) out of place", expected: "one IHDR, first")
    }
    switch chunk.type {
    case "IHDR": try readHeader(file, chunk.content, name)
    case "IDAT": dataBytes += chunk.content.count
    case "PLTE", "tRNS", "IEND": break
    default:
      // The fifth bit of the first letter tells chunks that may be passed over.
      guard file[chunk.range.lowerBound + 4] & 0x20 != 0 else {
        throw .malformed(file: name, found: "a critical chunk of unknown type", expected: "PNG's own chunks")
      }
      return
    }
    bytes += file[chunk.range]
  }

  private mutating func readHeader(_ file: [UInt8], _ content: Range<Int>, _ name: String) throws(PNGError) {
    guard content.count == 13 else {
      throw .malformed(file: name, found: "a header of \(content.count) bytes", expected: "13")
    }
    width = Self.number(in: file, at: content.lowerBound)
    height = Self.number(in: file, at: content.lowerBound + 4)
    let sides = 1...PNG.longestSide
    guard sides.contains(width), sides.contains(height), width * height <= PNG.largestPixelCount else {
      throw .tooLarge(file: name, width: width, height: height)
    }
    let (depth, color) = (Int(file[content.lowerBound + 8]), file[content.lowerBound + 9])
    guard let samples = Self.samplesPerPixel[color], [1, 2, 4, 8, 16].contains(depth) else {
      throw .malformed(
        file: name, found: "colour type \(color) with \(depth) bits", expected: "colour type 0, 2, 3, 4 or 6")
    }
    bitsPerPixel = samples * depth
    isDeepAndInterlaced = depth == 16 && file[content.lowerBound + 12] == 1
  }

  /// Grey; red, green, blue; palette; grey and opacity; red, green, blue, opacity.
  private static let samplesPerPixel: [UInt8: Int] = [0: 1, 2: 3, 3: 1, 4: 2, 6: 4]

  private static func number(in file: [UInt8], at offset: Int) -> Int {
    file[offset..<(offset + 4)].reduce(0) { $0 << 8 | Int($1) }
  }
}
