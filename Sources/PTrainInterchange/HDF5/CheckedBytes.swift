/// A file's bytes, which come from outside: each access is checked against the end.
///
/// Numbers are little-endian, as everywhere in HDF5's structures.
struct CheckedBytes {
  private let bytes: [UInt8]

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  var count: Int { bytes.count }

  /// The bytes in `start..<(start + count)`.
  func slice(_ start: Int, _ count: Int, of what: String) throws(KerasFileError) -> ArraySlice<UInt8> {
    guard start >= 0, count >= 0, start <= bytes.count, count <= bytes.count - start else {
      throw .malformed(found: "\(what) beyond the file's end", expected: "it inside its \(bytes.count) bytes")
    }
    return bytes[start..<(start + count)]
  }

  /// The unsigned number of `width` bytes at `start`; it fits in `Int`.
  func number(_ start: Int, width: Int, of what: String) throws(KerasFileError) -> Int {
    var value: UInt64 = 0
    for byte in try slice(start, width, of: what).reversed() { value = value << 8 | UInt64(byte) }
    guard let number = Int(exactly: value) else {
      throw .malformed(found: "\(value) for \(what)", expected: "a number below 2^63")
    }
    return number
  }

  /// The address in the 8 bytes at `start`; it lies in the file or at its end, so that sums with it don't overflow.
  func address(_ start: Int, of what: String) throws(KerasFileError) -> Int {
    let address = try number(start, width: 8, of: what)
    guard address <= bytes.count else {
      throw .malformed(found: "\(what) at byte \(address)", expected: "it inside the file's \(bytes.count) bytes")
    }
    return address
  }

  func byte(_ start: Int, of what: String) throws(KerasFileError) -> UInt8 {
    UInt8(truncatingIfNeeded: try number(start, width: 1, of: what))
  }

  /// Throws unless the bytes at `start` are the ASCII text `signature`.
  func expect(_ signature: String, at start: Int, of what: String) throws(KerasFileError) {
    guard try slice(start, signature.utf8.count, of: what).elementsEqual(signature.utf8) else {
      throw .malformed(found: "no \(signature) at byte \(start)", expected: what)
    }
  }
}
