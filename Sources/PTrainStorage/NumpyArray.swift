import PTrainCore

/// An array as NumPy keeps one in a `.npy` file.
///
/// A file is `\x93NUMPY`, a version, the header's length, the header as text of a Python dictionary, then the elements.
/// See NumPy's "numpy.lib.format". Only numbers are read: objects, which need Python's pickle, never.
package struct NumpyArray: Equatable, Sendable {
  package let type: ElementType
  package let shape: Shape
  /// Little-endian, row-major.
  package let bytes: [UInt8]

  /// - Precondition: `bytes` are as many as type and shape say.
  package init(_ type: ElementType, _ shape: Shape, _ bytes: [UInt8]) {
    precondition(bytes.count == shape.elementCount * type.width, "\(bytes.count) bytes for \(type.rawValue) \(shape)")
    self.type = type
    self.shape = shape
    self.bytes = bytes
  }

  static let magic: [UInt8] = [0x93] + Array("NUMPY".utf8)

  /// Reads a `.npy` file; elements in column-major order are brought into row-major order.
  ///
  /// - Throws: ``StorageError/malformedArray(found:expected:)``.
  package init(file: [UInt8]) throws(StorageError) {
    let (header, start) = try NumpyHeader.parsed(file)
    let size = header.shape.elementCount.multipliedReportingOverflow(by: header.type.width)
    guard !size.overflow, size.partialValue == file.count - start else {
      throw .malformedArray(
        found: "\(file.count - start) bytes for \(header.type.rawValue) \(header.shape)",
        expected: "as many as its header says")
    }
    let elements = Array(file[start...])
    self.init(
      header.type, header.shape,
      header.isColumnMajor ? Self.rowMajor(elements, header.shape, width: header.type.width) : elements)
  }

  /// The bytes of a `.npy` file, version 1.0. The same array gives the same bytes.
  package func file() -> [UInt8] {
    let description = NumpyHeader(type: type, isColumnMajor: false, shape: shape).text
    let fixedBytes = Self.magic.count + 4
    // Spaces and a line feed bring the elements to a multiple of 64 bytes, as in NumPy.
    let padding = (64 - (fixedBytes + description.utf8.count + 1) % 64) % 64
    let text = Array(description.utf8) + [UInt8](repeating: UInt8(ascii: " "), count: padding) + [0x0A]
    return Self.magic + [1, 0, UInt8(text.count & 0xFF), UInt8(text.count >> 8 & 0xFF)] + text + bytes
  }

  /// `elements` of column-major order in row-major order.
  private static func rowMajor(_ elements: [UInt8], _ shape: Shape, width: Int) -> [UInt8] {
    // Beside a dimension of 0 others may be of any size, and their product too.
    if elements.isEmpty { return elements }
    var strides: [Int] = []
    var stride = width
    for dimension in shape.dimensions {
      strides.append(stride)
      stride *= dimension
    }
    var place = [Int](repeating: 0, count: shape.dimensions.count)
    var result: [UInt8] = []
    result.reserveCapacity(elements.count)
    for _ in 0..<shape.elementCount {
      let start = zip(place, strides).reduce(0) { $0 + $1.0 * $1.1 }
      result += elements[start..<(start + width)]
      advance(&place, shape.dimensions)
    }
    return result
  }

  /// The next place in row-major order.
  private static func advance(_ place: inout [Int], _ dimensions: [Int]) {
    for axis in dimensions.indices.reversed() {
      place[axis] += 1
      if place[axis] < dimensions[axis] { return }
      place[axis] = 0
    }
  }
}
