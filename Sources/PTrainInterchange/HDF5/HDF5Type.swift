import PTrainCore

/// The type of an attribute's or a data set's elements, as far as it is read.
enum HDF5Type: Equatable {
  /// Of a fixed number of bytes, filled up with zeros or blanks.
  case text(byteCount: Int)
  /// Of any length, in the global heap.
  case variableText
  /// IEEE 754, 4 or 8 bytes.
  case float(byteCount: Int, isBigEndian: Bool)
  /// Anything else, with its class's number and its size.
  case other(kind: Int, byteCount: Int)

  init(at start: Int, in bytes: CheckedBytes) throws(KerasFileError) {
    let kind = Int(try bytes.byte(start, of: "a datatype") & 15)
    let flags = try bytes.number(start + 1, width: 3, of: "a datatype")
    let byteCount = try bytes.number(start + 4, width: 4, of: "a datatype's size")
    switch kind {
    case 1 where try Self.isIEEE(at: start, byteCount: byteCount, in: bytes):
      self = .float(byteCount: byteCount, isBigEndian: flags & 1 != 0)
    case 3: self = .text(byteCount: byteCount)
    case 9 where flags & 15 == 1: self = .variableText
    default: self = .other(kind: kind, byteCount: byteCount)
    }
  }

  /// Bytes of an element where the value itself is.
  var byteCount: Int {
    switch self {
    case .text(let byteCount), .float(let byteCount, _), .other(_, let byteCount): byteCount
    // A length, a heap's address and an index.
    case .variableText: 16
    }
  }

  /// Whether the fields of the number are those of IEEE 754's binary32 or binary64.
  private static func isIEEE(at start: Int, byteCount: Int, in bytes: CheckedBytes) throws(KerasFileError) -> Bool {
    let fields = try bytes.slice(start + 8, 8, of: "a datatype")
    let bias = try bytes.number(start + 16, width: 4, of: "a datatype")
    switch byteCount {
    case 4: return fields.elementsEqual([0, 0, 32, 0, 23, 8, 0, 23]) && bias == 127
    case 8: return fields.elementsEqual([0, 0, 64, 0, 52, 11, 0, 52]) && bias == 1023
    default: return false
    }
  }
}

/// The extents of an attribute or a data set.
enum HDF5Dataspace {
  static func shape(at start: Int, in bytes: CheckedBytes) throws(KerasFileError) -> Shape {
    let version = try bytes.byte(start, of: "a dataspace")
    let rank = Int(try bytes.byte(start + 1, of: "a dataspace's rank"))
    guard (1...2).contains(version), rank <= 32 else {
      throw .malformed(found: "a dataspace of version \(version) and rank \(rank)", expected: "1 or 2, and up to 32")
    }
    if version == 2, try bytes.byte(start + 3, of: "a dataspace") == 2 { return try shape([0]) }
    var dimensions: [Int] = []
    for index in 0..<rank {
      dimensions.append(
        try bytes.number(start + (version == 1 ? 8 : 4) + 8 * index, width: 8, of: "a dataspace's extent"))
    }
    return try shape(dimensions)
  }

  private static func shape(_ dimensions: [Int]) throws(KerasFileError) -> Shape {
    try rethrowing { () throws(ShapeError) in try Shape(dimensions) }
  }
}
