/// Reads the JSON that a safetensors header may hold: objects, strings, arrays of whole numbers.
///
/// The caller states what must come next, so nesting is as deep as the format and no deeper; a key that
/// comes twice is refused (JSON libraries keep one of them, not always the same).
struct HeaderScanner {
  private let bytes: UnsafeRawBufferPointer
  private var position = 0

  init(_ bytes: UnsafeRawBufferPointer) {
    self.bytes = bytes
  }

  /// `{"key": …, …}`; `member` reads the value of each key.
  mutating func object(
    _ member: (inout HeaderScanner, String) throws(StorageError) -> Void
  ) throws(StorageError) {
    var keys: Set<String> = []
    try expect("{")
    if accept("}") { return }
    repeat {
      let key = try string()
      guard keys.insert(key).inserted else { throw failure(found: "the key \(key) twice", expected: "distinct keys") }
      try expect(":")
      try member(&self, key)
    } while accept(",")
    try expect("}")
  }

  /// `[1, 2, …]`, each a whole number of 0 or more.
  mutating func integers() throws(StorageError) -> [Int] {
    var numbers: [Int] = []
    try expect("[")
    if accept("]") { return numbers }
    repeat { numbers.append(try integer()) } while accept(",")
    try expect("]")
    return numbers
  }

  /// Only white space may follow.
  mutating func end() throws(StorageError) {
    skipSpace()
    guard position == bytes.count else { throw unexpected(expected: "the end of the header") }
  }

  mutating func string() throws(StorageError) -> String {
    try expect("\"")
    var text: [UInt8] = []
    while position < bytes.count {
      let byte = bytes[position]
      position += 1
      switch byte {
      case UInt8(ascii: "\""): return try valid(text)
      case UInt8(ascii: "\\"): text += Array(String(try escape()).utf8)
      case 0..<0x20: throw failure(found: "a control character in a string", expected: "it escaped")
      default: text.append(byte)
      }
    }
    throw unexpected(expected: "the end of a string")
  }

  private func valid(_ text: [UInt8]) throws(StorageError) -> String {
    guard let string = String(validating: text, as: UTF8.self) else {
      throw failure(found: "a string that is not UTF-8", expected: "UTF-8")
    }
    return string
  }

  private mutating func escape() throws(StorageError) -> Unicode.Scalar {
    guard position < bytes.count else { throw unexpected(expected: "an escape") }
    let byte = bytes[position]
    position += 1
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return Unicode.Scalar(byte)
    case UInt8(ascii: "b"): return "\u{8}"
    case UInt8(ascii: "f"): return "\u{c}"
    case UInt8(ascii: "n"): return "\n"
    case UInt8(ascii: "r"): return "\r"
    case UInt8(ascii: "t"): return "\t"
    case UInt8(ascii: "u"): return try unicodeEscape()
    default: throw failure(found: "an unknown escape in a string", expected: "one of JSON's")
    }
  }

  /// The four digits after `\u`, and a second such escape after a high surrogate.
  private mutating func unicodeEscape() throws(StorageError) -> Unicode.Scalar {
    var units = [try hexadecimal()]
    if UTF16.isLeadSurrogate(units[0]), position + 1 < bytes.count, bytes[position] == UInt8(ascii: "\\"),
      bytes[position + 1] == UInt8(ascii: "u")
    {
      position += 2
      units.append(try hexadecimal())
    }
    guard let text = String(validating: units, as: UTF16.self), text.unicodeScalars.count == 1,
      let scalar = text.unicodeScalars.first
    else { throw failure(found: "half a surrogate pair", expected: "a character") }
    return scalar
  }

  private mutating func hexadecimal() throws(StorageError) -> UInt16 {
    let end = min(position + 4, bytes.count)
    let digits = bytes[position..<end]
    let isDigit = { (byte: UInt8) in Unicode.Scalar(byte).properties.isASCIIHexDigit }
    guard digits.count == 4, digits.allSatisfy(isDigit),
      let unit = UInt16(String(decoding: digits, as: UTF8.self), radix: 16)
    else { throw failure(found: "a broken \\u escape", expected: "four hexadecimal digits") }
    position = end
    return unit
  }

  private mutating func integer() throws(StorageError) -> Int {
    skipSpace()
    let start = position
    while position < bytes.count, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(bytes[position]) { position += 1 }
    let digits = bytes[start..<position]
    guard let number = Int(String(decoding: digits, as: UTF8.self)),
      digits.count == 1 || digits.first != UInt8(ascii: "0")
    else { throw unexpected(expected: "a whole number below 2^63") }
    return number
  }

  private mutating func expect(_ character: Unicode.Scalar) throws(StorageError) {
    guard accept(character) else { throw unexpected(expected: "'\(character)'") }
  }

  private mutating func accept(_ character: Unicode.Scalar) -> Bool {
    skipSpace()
    guard position < bytes.count, bytes[position] == UInt8(ascii: character) else { return false }
    position += 1
    return true
  }

  private mutating func skipSpace() {
    while position < bytes.count, [0x20, 0x09, 0x0A, 0x0D].contains(bytes[position]) { position += 1 }
  }

  private func unexpected(expected: String) -> StorageError {
    let found = position < bytes.count ? "byte 0x\(String(bytes[position], radix: 16))" : "the end"
    return failure(found: found, expected: expected)
  }

  private func failure(found: String, expected: String) -> StorageError {
    .malformedHeader(found: "\(found) at position \(position)", expected: expected)
  }
}
