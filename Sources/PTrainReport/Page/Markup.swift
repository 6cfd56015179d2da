/// A piece of HTML or SVG. What is put into its literals is text, and is escaped, unless it is markup itself:
///
///     let cell: Markup = "<td title=\"\(path)\">\(name)</td>"
package struct Markup: ExpressibleByStringInterpolation, Equatable, Sendable {
  package private(set) var text: String

  package init(stringLiteral value: String) { text = value }
  package init(stringInterpolation interpolation: StringInterpolation) { text = interpolation.text }

  /// `pieces`, one after the other.
  package init(_ pieces: [Markup]) { text = pieces.map(\.text).joined() }

  static func + (left: Markup, right: Markup) -> Markup { Markup([left, right]) }

  package struct StringInterpolation: StringInterpolationProtocol {
    fileprivate var text = ""

    package init(literalCapacity: Int, interpolationCount: Int) { text.reserveCapacity(literalCapacity) }

    package mutating func appendLiteral(_ literal: String) { text += literal }
    package mutating func appendInterpolation(_ markup: Markup) { text += markup.text }
    package mutating func appendInterpolation(_ pieces: [Markup]) { for piece in pieces { text += piece.text } }
    package mutating func appendInterpolation(_ value: String) { text += Markup.escaped(value) }
    package mutating func appendInterpolation(_ value: Int) { text += String(value) }
    /// Coordinates: two decimals.
    package mutating func appendInterpolation(_ value: Double) { text += NumberText.fixed(value, 2) }
  }

  /// `text` for content and quoted attributes; control characters, which HTML and XML don't allow, are replaced.
  private static func escaped(_ text: String) -> String {
    var escaped = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": escaped += "&amp;"
      case "<": escaped += "&lt;"
      case ">": escaped += "&gt;"
      case "\"": escaped += "&quot;"
      case "'": escaped += "&#39;"
      case "\n", "\t": escaped.unicodeScalars.append(scalar)
      case _ where scalar.properties.generalCategory == .control: escaped += "\u{FFFD}"
      default: escaped.unicodeScalars.append(scalar)
      }
    }
    return escaped
  }
}

extension Sequence {
  /// The pieces of markup that `transform` makes of the elements.
  func markup(_ transform: (Element) -> Markup) -> Markup { Markup(map(transform)) }
}
