import PTrainCore

extension SafetensorsHeader {
  /// The bytes of length and text together, which stand before the payload.
  ///
  /// - Parameter bytes: at least the file's first 8.
  package static func headerBytes(of bytes: UnsafeRawBufferPointer) throws(StorageError) -> Int {
    guard bytes.count >= 8 else {
      throw .malformedHeader(found: "\(bytes.count) bytes", expected: "at least 8")
    }
    let length = UInt64(littleEndian: bytes.loadUnaligned(as: UInt64.self))
    guard length <= UInt64(maximumTextBytes) else {
      throw .malformedHeader(found: "\(length) bytes of text", expected: "at most \(maximumTextBytes)")
    }
    return 8 + Int(length)
  }

  /// Reads the header that `bytes` begins with.
  ///
  /// - Parameters:
  ///   - bytes: the file, or its beginning with at least the header.
  ///   - fileBytes: the size of the whole file, which must be exactly header and payload.
  package init(parsing bytes: UnsafeRawBufferPointer, fileBytes: Int) throws(StorageError) {
    let headerBytes = try Self.headerBytes(of: bytes)
    guard headerBytes <= bytes.count else {
      throw .malformedHeader(found: "\(bytes.count) bytes", expected: "\(headerBytes) bytes of header")
    }
    let text = UnsafeRawBufferPointer(rebasing: bytes[8..<headerBytes])
    guard text.first == UInt8(ascii: "{") else {
      throw .malformedHeader(found: "text that does not begin with '{'", expected: "a JSON object")
    }
    let (metadata, tensors) = try Self.members(of: text)
    self.init(metadata: metadata)
    // Tensors of no elements share their place with the next one: size, then name, puts them in order.
    for tensor in tensors.sorted(by: Self.precedes) { try append(tensor) }
    guard payloadBytes == fileBytes - headerBytes else {
      throw .malformedHeader(
        found: "\(payloadBytes) bytes of tensors", expected: "\(fileBytes - headerBytes), which the file holds")
    }
  }

  private static func precedes(_ left: Tensor, _ right: Tensor) -> Bool {
    (left.range.lowerBound, left.range.upperBound, left.name)
      < (right.range.lowerBound, right.range.upperBound, right.name)
  }

  private static func members(
    of text: UnsafeRawBufferPointer
  ) throws(StorageError) -> (metadata: [String: String], tensors: [Tensor]) {
    var metadata: [String: String] = [:]
    var tensors: [Tensor] = []
    var scanner = HeaderScanner(text)
    try scanner.object { scanner, key throws(StorageError) in
      if key == metadataKey {
        try scanner.object { scanner, key throws(StorageError) in metadata[key] = try scanner.string() }
      } else {
        tensors.append(try tensor(named: key, from: &scanner))
      }
    }
    try scanner.end()
    return (metadata, tensors)
  }

  private static func tensor(named name: String, from scanner: inout HeaderScanner) throws(StorageError) -> Tensor {
    var type: String?
    var dimensions: [Int]?
    var offsets: [Int]?
    try scanner.object { scanner, key throws(StorageError) in
      switch key {
      case "dtype": type = try scanner.string()
      case "shape": dimensions = try scanner.integers()
      case "data_offsets": offsets = try scanner.integers()
      default: throw .malformedHeader(found: "the key \(key)", expected: "dtype, shape and data_offsets")
      }
    }
    guard let type, let dimensions, let offsets, offsets.count == 2, offsets[0] <= offsets[1] else {
      throw .malformedHeader(found: "\(name) without its description", expected: "dtype, shape and data_offsets")
    }
    guard let elementType = ElementType(rawValue: type) else {
      throw .malformedHeader(found: "the dtype \(type)", expected: "one that ptrain knows")
    }
    return Tensor(
      name: name, type: elementType, shape: try shape(dimensions), range: offsets[0]..<offsets[1])
  }

  private static func shape(_ dimensions: [Int]) throws(StorageError) -> Shape {
    do {
      return try Shape(dimensions)
    } catch {
      throw .malformedHeader(found: error.diagnosis.found, expected: error.diagnosis.expected)
    }
  }
}
