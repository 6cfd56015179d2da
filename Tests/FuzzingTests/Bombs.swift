import PTrainCore
import PTrainStorage

/// Small files that stand for much.
enum Bombs {
  /// A sealed archive whose frame has `first` and then, to `size` bytes, one repeated byte. Each block of 131,072 bytes
  /// takes four (RFC 8878, RLE_Block). Its content's checksum is nonsense.
  static func archive(of size: Int, first: [UInt8] = [], byte: UInt8 = 0) -> [UInt8] {
    var frame = little(0xFD2F_B528, 4) + [0b1010_0100] + little(size, 4)
    if !first.isEmpty { frame += little(first.count << 3, 3) + first }
    var left = size - first.count
    while left > 0 {
      let count = min(left, 131_072)
      left -= count
      frame += little(count << 3 | 1 << 1 | (left == 0 ? 1 : 0), 3) + [byte]
    }
    frame += [0, 0, 0, 0]
    return frame + [0x5E, 0x2A, 0x4D, 0x18, 45, 0, 0, 0] + Array("ptrain-sha256".utf8) + Digest(of: frame).bytes
  }

  /// `size` bytes of zeros as the file `name` of a zip archive, a thousandth of that, behind `others`.
  static func zip(_ name: String, _ size: Int, others: [(name: String, content: [UInt8])] = []) throws -> [UInt8] {
    var writer = ZipWriter()
    for other in others { try writer.append(other.name, other.content) }
    try writer.append(name, [UInt8](repeating: 0, count: size), .deflated)
    return writer.encoded()
  }

  /// A gzip file without an end whose one stored block has `content` and `rest` zeros, fewer than 65,536 bytes.
  static func gzip(_ content: [UInt8], rest: Int) -> [UInt8] {
    let length = little(content.count + rest, 2)
    return [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 255, 0] + length + length.map { ~$0 } + content
      + [UInt8](repeating: 0, count: rest)
  }

  /// A picture of a size that its data can't have.
  static func png(width: Int, height: Int) -> [UInt8] {
    let header = big(width) + big(height) + [8, 6, 0, 0, 0]
    return [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A] + chunk("IHDR", header) + chunk("IDAT", [0x78, 0x9C, 3, 0])
      + chunk("IEND", [])
  }

  private static func chunk(_ type: String, _ content: [UInt8]) -> [UInt8] {
    // The checksum comes after the checks of the size.
    big(content.count) + Array(type.utf8) + content + [0, 0, 0, 0]
  }

  static func big(_ number: Int) -> [UInt8] { little(number, 4).reversed() }

  static func little(_ number: Int, _ width: Int) -> [UInt8] {
    (0..<width).map { UInt8(truncatingIfNeeded: number >> (8 * $0)) }
  }
}
