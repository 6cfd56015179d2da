/// One JSON object on one line, its members in the order in which they were added.
package struct JSONLine: Equatable, Sendable {
  private var members: [String] = []

  package init() {}

  package static func event(_ name: String) -> JSONLine {
    var line = JSONLine()
    line.add("event", name)
    return line
  }

  /// The object, without a newline.
  package var text: String { "{\(members.joined(separator: ","))}" }

  package mutating func add(_ key: String, _ value: String) { addRaw(key, Self.quoted(value)) }

  package mutating func add(_ key: String, _ value: Int) { addRaw(key, String(value)) }

  package mutating func add(_ key: String, _ value: Bool) { addRaw(key, value ? "true" : "false") }

  /// The shortest decimal that reads back as the same `Double`; `null` for `nil` and for what is not finite
  /// (JSON has no such numbers).
  package mutating func add(_ key: String, _ value: Double?) { addRaw(key, Self.number(value)) }

  /// The shortest decimal that reads back as the same `Float`.
  package mutating func add(_ key: String, _ value: Float) { addRaw(key, Self.number(value)) }

  package mutating func add(_ key: String, _ values: [Float]) {
    addRaw(key, "[\(values.map(Self.number).joined(separator: ","))]")
  }

  package mutating func add(_ key: String, _ values: [Int]) {
    addRaw(key, "[\(values.map(String.init).joined(separator: ","))]")
  }

  package mutating func add(_ key: String, _ values: [Double?]) {
    addRaw(key, "[\(values.map(Self.number).joined(separator: ","))]")
  }

  package mutating func add(_ key: String, _ values: [String]) {
    addRaw(key, "[\(values.map(Self.quoted).joined(separator: ","))]")
  }

  package mutating func add(_ key: String, _ rows: [[Int]]) {
    let rows = rows.map { "[\($0.map(String.init).joined(separator: ","))]" }
    addRaw(key, "[\(rows.joined(separator: ","))]")
  }

  private mutating func addRaw(_ key: String, _ value: String) { members.append("\(Self.quoted(key)):\(value)") }

  private static func number(_ value: Float) -> String { value.isFinite ? "\(value)" : "null" }

  private static func number(_ value: Double?) -> String {
    guard let value, value.isFinite else { return "null" }
    return "\(value)"
  }

  /// A string literal after RFC 8259: quote, backslash and control characters are escaped.
  private static func quoted(_ text: String) -> String {
    let digits = Array("0123456789abcdef")
    var literal = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": literal += "\\\""
      case "\\": literal += "\\\\"
      case "\n": literal += "\\n"
      case "\t": literal += "\\t"
      case "\r": literal += "\\r"
      case _ where scalar.value < 0x20:
        literal += "\\u00\(digits[Int(scalar.value >> 4)])\(digits[Int(scalar.value & 15)])"
      default: literal.unicodeScalars.append(scalar)
      }
    }
    return literal + "\""
  }
}
