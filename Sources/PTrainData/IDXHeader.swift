/// The header of an IDX file: two zero bytes, the element type, the rank, then each dimension in 4 bytes,
/// big-endian. See http://yann.lecun.com/exdb/mnist, "The IDX file format".
package struct IDXHeader: Equatable {
  package enum Element: UInt8 {
    case u8 = 0x08
    case i8 = 0x09
    case i16 = 0x0B
    case i32 = 0x0C
    case f32 = 0x0D
    case f64 = 0x0E

    /// Bytes of one element.
    var width: Int {
      switch self {
      case .u8, .i8: 1
      case .i16: 2
      case .i32, .f32: 4
      case .f64: 8
      }
    }
  }

  /// Why bytes are no IDX header.
  package struct Fault: Error, Equatable {
    let found: String
    let expected: String
  }

  package let element: Element
  /// At least one; the first counts the samples.
  package let dimensions: [Int]
  /// Bytes of all elements.
  package let payloadBytes: Int

  /// Bytes of the header itself.
  package var byteCount: Int { 4 + 4 * dimensions.count }

  package init(element: Element, dimensions: [Int]) throws(Fault) {
    var bytes = element.width
    for dimension in dimensions {
      let (product, overflow) = bytes.multipliedReportingOverflow(by: dimension)
      guard !overflow, product <= Int.max / 4 else {
        throw Fault(found: "the dimensions \(dimensions)", expected: "a product below 2^61")
      }
      bytes = product
    }
    self.element = element
    self.dimensions = dimensions
    payloadBytes = bytes
  }

  /// The number of dimensions, from the first four bytes.
  static func rank(_ magic: [UInt8]) throws(Fault) -> Int {
    guard magic.count == 4, magic[0] == 0, magic[1] == 0, Element(rawValue: magic[2]) != nil, magic[3] > 0 else {
      let text = magic.map { String($0, radix: 16) }.joined(separator: " ")
      throw Fault(found: "the first bytes \(text)", expected: "IDX: 0 0, an element type, the rank")
    }
    return Int(magic[3])
  }

  /// - Parameter bytes: `magic`, then four bytes a dimension.
  package init(_ bytes: [UInt8]) throws(Fault) {
    let rank = try Self.rank(Array(bytes.prefix(4)))
    guard bytes.count == 4 + 4 * rank, let element = Element(rawValue: bytes[2]) else {
      throw Fault(found: "\(bytes.count) bytes", expected: "\(4 + 4 * rank) bytes of IDX header")
    }
    let dimensions = (1...rank).map { index in
      bytes[(4 * index)..<(4 * index + 4)].reduce(0) { $0 << 8 | Int($1) }
    }
    try self.init(element: element, dimensions: dimensions)
  }

  /// The header's bytes.
  package var serialised: [UInt8] {
    [0, 0, element.rawValue, UInt8(dimensions.count)]
      + dimensions.flatMap { dimension in [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: dimension >> $0) } }
  }
}
