import CZlib
import PTrainCore
import PTrainStorage

/// Puts bytes under valid checksums, so that what lies behind these is reached.
enum Wrapping {
  /// The first byte of an input, which chooses what stands around the others, and these.
  static func choice(_ bytes: [UInt8], of count: Int) -> (choice: Int, rest: [UInt8]) {
    (Int(bytes.first ?? 0) % count, Array(bytes.dropFirst()))
  }

  /// Two parts of `bytes`, whose first two bytes tell the length of the first one.
  static func halves(_ bytes: [UInt8]) -> ([UInt8], [UInt8]) {
    let rest = bytes.dropFirst(2)
    let length = bytes.prefix(2).reduce(0) { $0 << 8 | Int($1) }
    return (Array(rest.prefix(length)), Array(rest.dropFirst(length)))
  }

  /// The input that ``halves(_:)`` takes apart again.
  static func joined(_ first: [UInt8], _ second: [UInt8]) -> [UInt8] {
    [UInt8(first.count >> 8 & 255), UInt8(first.count & 255)] + first + second
  }

  /// One zstd frame with this content.
  static func frame(_ content: [UInt8]) -> [UInt8] {
    let compressed = try? content.scoped { content throws(StorageError) in
      try ZstdCompressor(level: 1).compress([content])
    }
    return compressed ?? []
  }

  /// `frame` and the seal of an archive behind it.
  static func sealed(_ frame: [UInt8]) -> [UInt8] {
    let seal: [UInt8] = [0x5E, 0x2A, 0x4D, 0x18, 45, 0, 0, 0] + Array("ptrain-sha256".utf8)
    return frame + seal + frame.withUnsafeBytes(Digest.init(of:)).bytes
  }

  /// A gzip file with this content, stored.
  static func gzip(_ content: [UInt8]) -> [UInt8] {
    let header: [UInt8] = [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 255]
    let length = little(UInt32(truncatingIfNeeded: content.count))
    let block = [1] + length.prefix(2) + length.prefix(2).map { ~$0 } + content
    return header + block + little(checksum(content)) + length
  }

  /// A zip archive of these files, those that it takes.
  static func zip(_ files: [(name: String, content: [UInt8])]) -> [UInt8] {
    var writer = ZipWriter()
    for file in files { attempt { () throws(StorageError) in try writer.append(file.name, file.content) } }
    return writer.encoded()
  }

  /// `file` with the checksums that PNG's chunks should have.
  static func png(_ file: [UInt8]) -> [UInt8] {
    var file = file
    var place = 8
    while file.count - place >= 12 {
      let length = file[place..<(place + 4)].reduce(0) { $0 << 8 | Int($1) }
      guard length <= file.count - place - 12 else { break }
      let end = place + 8 + length
      file.replaceSubrange(end..<(end + 4), with: little(checksum(Array(file[(place + 4)..<end]))).reversed())
      place = end + 4
    }
    return file
  }

  private static func checksum(_ bytes: [UInt8]) -> UInt32 {
    UInt32(truncatingIfNeeded: bytes.withUnsafeBufferPointer { crc32_z(0, $0.baseAddress, $0.count) })
  }

  private static func little(_ number: UInt32) -> [UInt8] { withUnsafeBytes(of: number.littleEndian) { Array($0) } }
}
