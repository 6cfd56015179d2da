import PTrainCore
import PTrainStorage

/// Turns a table of samples (a line of headings, then `label,pixel,pixel,…` with values of 0…255) into a
/// pair of IDX files.
package enum CSVConversion {
  /// Reads `path` and writes its images, `[rows, …shape]`, and its labels, `[rows]`, as unsigned bytes.
  ///
  /// - Throws: ``DatasetError/malformedCSV(file:line:found:expected:)`` or ``DatasetError/storage(_:)``.
  /// - Complexity: O(file), in memory.
  package static func convert(
    _ path: String, sampleShape: Shape, imagesTo images: String, labelsTo labels: String
  ) throws(DatasetError) {
    let text = try DatasetError.storing { () throws(StorageError) in try DurableFile.read(path, limit: .max) }
    var table = CSVTable(text: text, file: path, columns: sampleShape.elementCount)
    try table.read()
    let count = table.labels.count
    try write(table.pixels, [count] + sampleShape.dimensions, to: images)
    try write(table.labels, [count], to: labels)
  }

  private static func write(_ elements: [UInt8], _ dimensions: [Int], to path: String) throws(DatasetError) {
    guard dimensions.allSatisfy({ $0 <= UInt32.max }), let header = try? IDXHeader(element: .u8, dimensions: dimensions)
    else { throw .malformedIDX(file: path, found: "the dimensions \(dimensions)", expected: "each below 2^32") }
    try DatasetError.storing { () throws(StorageError) in
      try header.serialised.scoped { header throws(StorageError) in
        try elements.scoped { elements throws(StorageError) in
          try DurableFile.replace(path, withPieces: [header, elements])
        }
      }
    }
  }
}

/// The rows of a CSV file, read byte by byte: MNIST's 110 MB take well under a second.
private struct CSVTable {
  let text: [UInt8]
  let file: String
  /// Values in a row, without the label.
  let columns: Int
  var labels: [UInt8] = []
  var pixels: [UInt8] = []

  init(text: [UInt8], file: String, columns: Int) {
    self.text = text
    self.file = file
    self.columns = columns
  }

  mutating func read() throws(DatasetError) {
    let newline = UInt8(ascii: "\n")
    // A value takes two bytes at least, with its comma.
    pixels.reserveCapacity(text.count / 2)
    var start = (text.firstIndex(of: newline) ?? text.count - 1) + 1
    var line = 2
    while start < text.count {
      start = try readRow(from: start, line: line)
      line += 1
    }
    guard !labels.isEmpty else { throw .emptySplit(file: file) }
  }

  /// Reads one row and returns where the next begins. A function above 10 lines: the inner loop.
  private mutating func readRow(from start: Int, line: Int) throws(DatasetError) -> Int {
    var position = start
    var value = 0
    var digits = 0
    var column = 0
    while true {
      let byte = position < text.count ? text[position] : UInt8(ascii: "\n")
      position += 1
      switch byte {
      case UInt8(ascii: "0")...UInt8(ascii: "9"):
        value = value * 10 + Int(byte - UInt8(ascii: "0"))
        digits += 1
        guard value <= 255 else { throw failure(line, "the value \(value)", "0 to 255") }
      case UInt8(ascii: ","), UInt8(ascii: "\n"):
        guard digits > 0 else { throw failure(line, "column \(column + 1) empty", "a whole number") }
        guard column <= columns else { throw failure(line, "more than \(columns + 1) columns", "\(columns + 1)") }
        if column == 0 { labels.append(UInt8(value)) } else { pixels.append(UInt8(value)) }
        (value, digits, column) = (0, 0, column + 1)
        if byte == UInt8(ascii: "\n") {
          guard column == columns + 1 else { throw failure(line, "\(column) columns", "\(columns + 1)") }
          return position
        }
      case UInt8(ascii: "\r"): continue
      default: throw failure(line, "the byte 0x\(String(byte, radix: 16))", "digits and commas")
      }
    }
  }

  private func failure(_ line: Int, _ found: String, _ expected: String) -> DatasetError {
    .malformedCSV(file: file, line: line, found: found, expected: expected)
  }
}
