/// Reads the Python dictionary of a `.npy` header, and of Python no more than that.
struct NumpyHeaderScanner {
  private let text: [UInt8]
  private var position = 0

  init(_ text: [UInt8]) {
    self.text = text
  }

  /// The three members, each once and in any order, to the end of the text.
  mutating func members() throws(StorageError) -> (type: String, isColumnMajor: Bool, dimensions: [Int]) {
    var type: String?
    var isColumnMajor: Bool?
    var dimensions: [Int]?
    try expect("{")
    while !accept("}") {
      let key = try string()
      try expect(":")
      switch key {
      case "descr" where type == nil: type = try typeName()
      case "fortran_order" where isColumnMajor == nil: isColumnMajor = try boolean()
      case "shape" where dimensions == nil: dimensions = try tuple()
      default: throw failure("the key \(key)", "descr, fortran_order and shape, each once")
      }
      guard accept(",") || next == UInt8(ascii: "}") else { throw failure("no comma behind \(key)", "',' or '}'") }
    }
    skipSpace()
    guard position == text.count, let type, let isColumnMajor, let dimensions else {
      throw failure("a header that is not whole", "descr, fortran_order and shape")
    }
    return (type, isColumnMajor, dimensions)
  }

  private mutating func typeName() throws(StorageError) -> String {
    skipSpace()
    guard next != UInt8(ascii: "[") else { throw failure("records of several fields", "an array of numbers") }
    return try string()
  }

  private mutating func boolean() throws(StorageError) -> Bool {
    skipSpace()
    for (word, value) in [("True", true), ("False", false)] where text[position...].starts(with: word.utf8) {
      position += word.utf8.count
      return value
    }
    throw failure("no truth value", "True or False")
  }

  /// `()`, `(3,)`, `(3, 4)`.
  private mutating func tuple() throws(StorageError) -> [Int] {
    var numbers: [Int] = []
    try expect("(")
    while !accept(")") {
      numbers.append(try integer())
      guard accept(",") || (next == UInt8(ascii: ")") && numbers.count > 1) else {
        throw failure("a shape that is not a tuple", "a comma after each dimension")
      }
    }
    return numbers
  }

  private mutating func integer() throws(StorageError) -> Int {
    skipSpace()
    let digits = text[position...].prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
    guard let number = Int(String(decoding: digits, as: UTF8.self)) else {
      throw failure("no dimension", "a whole number below 2^63")
    }
    position += digits.count
    return number
  }

  /// Text in single or double quotes, without escapes: no key and no type has one.
  private mutating func string() throws(StorageError) -> String {
    skipSpace()
    guard let quote = next, quote == UInt8(ascii: "'") || quote == UInt8(ascii: "\"") else {
      throw failure("no text in quotes", "a key or a type")
    }
    let content = text[(position + 1)...].prefix { $0 != quote }
    guard content.endIndex < text.count, content.allSatisfy({ (0x20..<0x7F).contains($0) && $0 != 0x5C }) else {
      throw failure("text that does not end", "plain text in quotes")
    }
    position = content.endIndex + 1
    return String(decoding: content, as: UTF8.self)
  }

  private var next: UInt8? { position < text.count ? text[position] : nil }

  private mutating func expect(_ character: Unicode.Scalar) throws(StorageError) {
    guard accept(character) else { throw failure("byte \(position) of its header", "'\(character)'") }
  }

  /// Skips `character`, and the space before and behind it, if it is next.
  private mutating func accept(_ character: Unicode.Scalar) -> Bool {
    skipSpace()
    guard next == UInt8(ascii: character) else { return false }
    position += 1
    skipSpace()
    return true
  }

  private mutating func skipSpace() {
    while let byte = next, byte == 0x20 || byte == 0x0A { position += 1 }
  }

  private func failure(_ found: String, _ expected: String) -> StorageError {
    .malformedArray(found: found, expected: expected)
  }
}
