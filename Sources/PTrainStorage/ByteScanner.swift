/// Reads little-endian numbers off a part of some bytes, one after the other and never past the part's end.
struct ByteScanner {
  private let bytes: [UInt8]
  /// The place of the next byte, counted from the start of all bytes.
  private(set) var position: Int
  private let end: Int

  /// - Precondition: `part` lies within `bytes`.
  init(_ bytes: [UInt8], _ part: Range<Int>) {
    self.bytes = bytes
    position = part.lowerBound
    end = part.upperBound
  }

  mutating func u16() throws(StorageError) -> Int { try number(2) }
  mutating func u32() throws(StorageError) -> Int { try number(4) }

  mutating func bytes(_ count: Int) throws(StorageError) -> ArraySlice<UInt8> {
    guard count <= end - position else {
      throw .malformedZip(found: "a record that ends after byte \(end)", expected: "\(count) more bytes")
    }
    defer { position += count }
    return bytes[position..<(position + count)]
  }

  private mutating func number(_ width: Int) throws(StorageError) -> Int {
    try bytes(width).reversed().reduce(0) { $0 << 8 | Int($1) }
  }
}
