import PTrainCore

extension HDF5Object {
  /// The numbers of this data set, which must have the shape `shape`; 64-bit ones are rounded.
  ///
  /// - Parameter name: for messages.
  func floats(_ shape: Shape, called name: String) throws(KerasFileError) -> [Float] {
    let messages = try file.messages(at: address)
    try refuseForeignStorage(messages, name)
    guard let dataspace = messages.first(where: { $0.kind == .dataspace }),
      let datatype = messages.first(where: { $0.kind == .datatype }),
      let layout = messages.first(where: { $0.kind == .layout })
    else { throw .malformed(found: "\(name), which is no data set", expected: "numbers of shape \(shape)") }
    let found = try HDF5Dataspace.shape(at: dataspace.range.lowerBound, in: file.bytes)
    guard found == shape else { throw .malformed(found: "\(name) of shape \(found)", expected: "\(shape)") }
    let type = try HDF5Type(at: datatype.range.lowerBound, in: file.bytes)
    guard case .float(let byteCount, let isBigEndian) = type else {
      throw .unsupported(found: "\(name) not of float32 or float64", expected: "float32")
    }
    let (length, overflow) = shape.elementCount.multipliedReportingOverflow(by: byteCount)
    guard !overflow else { throw .malformed(found: "\(name) of shape \(shape)", expected: "a size that fits") }
    let data = try data(layout, length: length, name)
    return byteCount == 4
      ? data.floats(isBigEndian) { (bits: UInt32) in Float(bitPattern: bits) }
      : data.floats(isBigEndian) { (bits: UInt64) in Float(Double(bitPattern: bits)) }
  }

  private func refuseForeignStorage(_ messages: [HDF5Message], _ name: String) throws(KerasFileError) {
    if messages.contains(where: { $0.kind == .externalFiles }) {
      throw .unsupported(found: "\(name) stored in another file", expected: "all data in this one")
    }
    if messages.contains(where: { $0.kind == .filters }) {
      throw .unsupported(found: "\(name) with filters", expected: "plain numbers, as Keras writes")
    }
    if messages.contains(where: { $0.isShared && $0.kind != .attribute }) {
      throw .unsupported(found: "\(name) of a named type", expected: "float32")
    }
  }

  /// The `length` bytes of a data set with the layout message `layout`.
  private func data(
    _ layout: HDF5Message, length: Int, _ name: String
  ) throws(KerasFileError) -> ArraySlice<UInt8> {
    let (bytes, start) = (file.bytes, layout.range.lowerBound)
    let version = try bytes.byte(start, of: "a layout")
    guard (3...4).contains(version) else {
      throw .unsupported(found: "\(name) with a layout of version \(version)", expected: "3, as Keras writes")
    }
    switch try bytes.byte(start + 1, of: "a layout") {
    case 0:
      let size = try bytes.number(start + 2, width: 2, of: "a layout")
      guard size == length, 4 + size <= layout.range.count else { throw wrongSize(name, size, expected: length) }
      return try bytes.slice(start + 4, length, of: name)
    case 1:
      let size = try bytes.number(start + 10, width: 8, of: "a layout")
      guard size == length else { throw wrongSize(name, size, expected: length) }
      return try bytes.slice(bytes.address(start + 2, of: name), length, of: name)
    default:
      throw .unsupported(
        found: "\(name) in chunks or as a view of others", expected: "it in one piece, as Keras writes")
    }
  }

  private func wrongSize(_ name: String, _ size: Int, expected: Int) -> KerasFileError {
    .malformed(found: "\(name) of \(size) bytes", expected: "\(expected)")
  }
}

extension ArraySlice<UInt8> {
  /// The numbers whose bits these are, one after the other.
  fileprivate func floats<Bits: FixedWidthInteger & BitwiseCopyable>(
    _ isBigEndian: Bool, _ number: (Bits) -> Float
  ) -> [Float] {
    let size = MemoryLayout<Bits>.size
    return withUnsafeBytes { bytes in
      [Float](unsafeUninitializedCapacity: bytes.count / size) { numbers, count in
        count = bytes.count / size
        for index in 0..<count {
          let bits = bytes.loadUnaligned(fromByteOffset: index * size, as: Bits.self)
          numbers[index] = number(isBigEndian ? Bits(bigEndian: bits) : Bits(littleEndian: bits))
        }
      }
    }
  }
}
