import PTrainCore

/// What a `.npy` file says of its elements: `{'descr': '<f4', 'fortran_order': False, 'shape': (20, 784), }`.
struct NumpyHeader: Equatable {
  let type: ElementType
  let isColumnMajor: Bool
  let shape: Shape

  /// What version 1.0 can state; NumPy itself refuses more than 10,000.
  private static let maximumTextBytes = 0xFFFF

  /// The types by NumPy's names. `bf16` has none.
  private static let names: [(name: String, type: ElementType)] = [
    ("|b1", .bool), ("|u1", .u8), ("|i1", .i8), ("<u2", .u16), ("<i2", .i16), ("<f2", .f16), ("<u4", .u32),
    ("<i4", .i32), ("<f4", .f32), ("<u8", .u64), ("<i8", .i64), ("<f8", .f64),
  ]

  /// The header as NumPy writes it, without padding.
  var text: String {
    let name = Self.names.first { $0.type == type }?.name ?? "|V\(type.width)"
    let dimensions = shape.dimensions.map(String.init).joined(separator: ", ")
    let comma = shape.dimensions.count == 1 ? "," : ""
    return
      "{'descr': '\(name)', 'fortran_order': \(isColumnMajor ? "True" : "False"), 'shape': (\(dimensions)\(comma)), }"
  }

  /// The header that `file` begins with, and where the elements begin.
  static func parsed(_ file: [UInt8]) throws(StorageError) -> (header: NumpyHeader, end: Int) {
    let magicBytes = NumpyArray.magic.count
    guard file.count > magicBytes + 2, file.starts(with: NumpyArray.magic) else {
      throw .malformedArray(found: "no NumPy magic number", expected: "a .npy file")
    }
    let version = file[magicBytes]
    guard (1...3).contains(version), file[magicBytes + 1] == 0 else {
      throw .malformedArray(found: "version \(version).\(file[magicBytes + 1])", expected: "1.0, 2.0 or 3.0")
    }
    let lengthBytes = version == 1 ? 2 : 4
    let start = magicBytes + 2 + lengthBytes
    guard file.count >= start else { throw .malformedArray(found: "\(file.count) bytes", expected: "a header") }
    let length = file[(magicBytes + 2)..<start].reversed().reduce(0) { $0 << 8 | Int($1) }
    guard length <= min(file.count - start, maximumTextBytes) else {
      throw .malformedArray(found: "a header of \(length) bytes", expected: "at most \(file.count - start), or 65,535")
    }
    var scanner = NumpyHeaderScanner(Array(file[start..<(start + length)]))
    return (try header(&scanner), start + length)
  }

  private static func header(_ scanner: inout NumpyHeaderScanner) throws(StorageError) -> NumpyHeader {
    let (name, isColumnMajor, dimensions) = try scanner.members()
    return NumpyHeader(type: try type(named: name), isColumnMajor: isColumnMajor, shape: try shape(dimensions))
  }

  private static func type(named name: String) throws(StorageError) -> ElementType {
    if name.contains("O") {
      throw .malformedArray(
        found: "Python objects, which only pickle reads", expected: "an array of numbers, such as float32")
    }
    if name.hasPrefix(">") {
      throw .malformedArray(
        found: "the big-endian type \(name)", expected: "little-endian numbers: array.astype('<\(name.dropFirst())')")
    }
    guard let type = names.first(where: { $0.name == name || "<" + $0.name.dropFirst() == name })?.type else {
      throw .malformedArray(
        found: "the type \(name)", expected: names.map(\.name).joined(separator: ", "))
    }
    return type
  }

  private static func shape(_ dimensions: [Int]) throws(StorageError) -> Shape {
    do {
      return try Shape(dimensions)
    } catch {
      throw .malformedArray(found: error.diagnosis.found, expected: error.diagnosis.expected)
    }
  }
}
