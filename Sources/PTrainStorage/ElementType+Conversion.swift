extension ElementType {
  /// Little-endian elements as `Float`: exact from the narrower formats, rounded to nearest from `f64`. `nil` for
  /// elements that are not floating-point numbers.
  package func floats(_ bytes: [UInt8]) -> [Float]? {
    switch self {
    case .f16: elements(bytes) { Float(Float16(bitPattern: UInt16($0))) }
    case .bf16: elements(bytes) { Float(bitPattern: UInt32($0) << 16) }
    case .f32: elements(bytes) { Float(bitPattern: UInt32($0)) }
    case .f64: elements(bytes) { Float(Double(bitPattern: $0)) }
    default: nil
    }
  }

  /// Little-endian elements as `Int32`. `nil` for elements that are not whole numbers, or not in its range.
  package func integers(_ bytes: [UInt8]) -> [Int32]? {
    let bits = 8 * width
    switch self {
    case .bool, .u8, .u16, .u32, .u64: return elements(bytes) { Int32(exactly: $0) }.allOrNone
    case .i8, .i16, .i32, .i64:
      return elements(bytes) { Int32(exactly: Int64(bitPattern: $0 << (64 - bits)) >> (64 - bits)) }.allOrNone
    case .f16, .bf16, .f32, .f64: return nil
    }
  }

  /// Each element's bits, through `convert`.
  ///
  /// - Precondition: `bytes` are whole elements.
  private func elements<Element>(_ bytes: [UInt8], _ convert: (UInt64) -> Element) -> [Element] {
    bytes.withUnsafeBytes { bytes in
      (0..<(bytes.count / width)).map { index in
        var bits: UInt64 = 0
        for place in (index * width..<(index + 1) * width).reversed() { bits = bits << 8 | UInt64(bytes[place]) }
        return convert(bits)
      }
    }
  }
}

extension [Int32?] {
  /// The elements, unless one is `nil`.
  fileprivate var allOrNone: [Int32]? {
    let present = compactMap { $0 }
    return present.count == count ? present : nil
  }
}

extension [Float] {
  /// The elements as little-endian bytes.
  package var littleEndianBytes: [UInt8] {
    // Every platform that Swift and OpenBLAS run on is little-endian.
    withUnsafeBytes { [UInt8]($0) }
  }
}
