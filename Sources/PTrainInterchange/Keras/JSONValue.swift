import FoundationEssentials

/// Any JSON value, as Keras's configurations hold them.
enum JSONValue: Equatable {
  case null
  case boolean(Bool)
  case number(Double)
  /// Written without a point: Keras wants some numbers whole and others not. What is read is a ``number(_:)``.
  case integer(Int)
  case text(String)
  case list([JSONValue])
  case object([String: JSONValue])

  /// Bytes of JSON that are read at most.
  static let largestBytes = 16 << 20
  /// Levels of lists and objects in each other; Keras's own have about ten.
  private static let deepest = 64

  /// - Parameter name: for messages.
  init(parsing text: String, called name: String) throws(KerasFileError) {
    guard text.utf8.count <= Self.largestBytes, Self.depth(text) <= Self.deepest else {
      throw .unsupported(
        found: "\(name) of \(text.utf8.count) bytes, or with more than \(Self.deepest) levels",
        expected: "at most \(Self.largestBytes) bytes")
    }
    do { self = try JSONDecoder().decode(JSONValue.self, from: Data(text.utf8)) } catch {
      throw .malformed(found: "\(name) that is not JSON", expected: "JSON, as Keras writes")
    }
  }

  /// Members in the order of their names: the same value gives the same text.
  ///
  /// Not by `JSONEncoder`, which writes 0.0 as 0.
  var serialised: String {
    switch self {
    case .null: "null"
    case .boolean(let boolean): "\(boolean)"
    case .number(let number): "\(number)"
    case .integer(let integer): "\(integer)"
    case .text(let text): Self.quoted(text)
    case .list(let list): "[\(list.map(\.serialised).joined(separator: ", "))]"
    case .object(let members):
      "{\(members.sorted { $0.key < $1.key }.map { "\(Self.quoted($0)): \($1.serialised)" }.joined(separator: ", "))}"
    }
  }

  private static func quoted(_ text: String) -> String {
    let escaped = text.unicodeScalars.map { scalar in
      switch scalar {
      case "\"", "\\": "\\\(scalar)"
      case ..<" ": "\\u00" + (scalar.value < 16 ? "0" : "") + String(scalar.value, radix: 16)
      default: String(scalar)
      }
    }
    return "\"" + escaped.joined() + "\""
  }

  /// The member `name` of an object; `nil` for none, for `null`, and for a value that is no object.
  subscript(name: String) -> JSONValue? {
    guard case .object(let members) = self, let member = members[name], member != .null else { return nil }
    return member
  }

  var text: String? { if case .text(let text) = self { text } else { nil } }
  var number: Double? { if case .number(let number) = self { number } else { nil } }
  var boolean: Bool? { if case .boolean(let boolean) = self { boolean } else { nil } }
  var list: [JSONValue]? { if case .list(let list) = self { list } else { nil } }
  /// A whole number that was read.
  var wholeNumber: Int? { number.flatMap { Int(exactly: $0) } }

  /// How deep lists and objects lie in each other, or deeper than it is if the text is not JSON.
  private static func depth(_ text: String) -> Int {
    var (depth, deepest, isInText, isEscaped) = (0, 0, false, false)
    for byte in text.utf8 {
      switch byte {
      case _ where isEscaped: isEscaped = false
      case UInt8(ascii: "\\"): isEscaped = isInText
      case UInt8(ascii: "\""): isInText.toggle()
      case _ where isInText: break
      case UInt8(ascii: "{"), UInt8(ascii: "["):
        depth += 1
        deepest = max(deepest, depth)
      case UInt8(ascii: "}"), UInt8(ascii: "]"): depth -= 1
      default: break
      }
    }
    return deepest
  }
}

extension JSONValue: Decodable {
  init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    // In the order of how often Keras writes each: a wrong guess costs an error made.
    if container.decodeNil() {
      self = .null
    } else if let text = try? container.decode(String.self) {
      self = .text(text)
    } else if let members = try? container.decode([String: JSONValue].self) {
      self = .object(members)
    } else if let number = try? container.decode(Double.self) {
      self = .number(number)
    } else if let boolean = try? container.decode(Bool.self) {
      self = .boolean(boolean)
    } else {
      self = .list(try container.decode([JSONValue].self))
    }
  }
}

extension JSONValue: ExpressibleByStringLiteral, ExpressibleByBooleanLiteral, ExpressibleByArrayLiteral,
  ExpressibleByDictionaryLiteral, ExpressibleByNilLiteral, ExpressibleByFloatLiteral, ExpressibleByIntegerLiteral
{
  init(stringLiteral text: String) { self = .text(text) }
  init(booleanLiteral boolean: Bool) { self = .boolean(boolean) }
  init(arrayLiteral list: JSONValue...) { self = .list(list) }
  init(dictionaryLiteral members: (String, JSONValue)...) {
    self = .object(Dictionary(members, uniquingKeysWith: { $1 }))
  }
  init(nilLiteral: ()) { self = .null }
  init(floatLiteral number: Double) { self = .number(number) }
  init(integerLiteral number: Int) { self = .number(Double(number)) }
}
