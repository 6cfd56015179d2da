/// What went wrong, for the person who has to mend it: one line that says what was found, what was
/// expected and what to do.
public struct Diagnosis: Equatable, Sendable, CustomStringConvertible {
  /// The kind of failure; its raw value is the exit code of the command line tool, after `sysexits.h`.
  public enum Category: Int32, Sendable, CaseIterable {
    /// Loss, gradient or parameters turned non-finite; no update was made with it.
    case diverged = 3
    /// Nothing moved on for as long as `--stall-timeout` allows.
    case stalled = 4
    /// A replay gives other bits than were recorded.
    case otherBits = 5
    /// A flag or value is unknown or out of range.
    case usage = 64
    /// A file's content is malformed, truncated, altered or of another version.
    case malformedData = 65
    /// A file or folder is missing.
    case missingInput = 66
    /// A system library is missing or too old.
    case unavailable = 69
    /// A fault of ptrain itself: it did not do what it must.
    case fault = 70
    /// A file or folder can't be created or replaced.
    case cannotCreate = 73
    /// Reading or writing failed part-way.
    case inputOutput = 74
    /// Another process is at work there.
    case busy = 75
  }

  public let category: Category
  public let found: String
  public let expected: String
  public let remedy: String

  public init(_ category: Category, found: String, expected: String, remedy: String) {
    self.category = category
    self.found = found
    self.expected = expected
    self.remedy = remedy
  }

  /// The whole message, on one line whatever the parts contain. Names out of a file can hold what a terminal takes for
  /// commands: such characters are shown by their numbers.
  public var description: String {
    "found \(found); expected \(expected); \(remedy)".map { $0.isNewline ? " " : Self.printable($0) }.joined()
  }

  private static func printable(_ character: Character) -> String {
    guard character.unicodeScalars.contains(where: isControl) else { return String(character) }
    return character.unicodeScalars.map { isControl($0) ? $0.escaped(asASCII: true) : String($0) }.joined()
  }

  /// Whether a terminal may act on `scalar`: control characters, and those that turn the direction of text.
  private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    // Joiners are of the format kind too, and parts of letters and emoji.
    case .format: scalar != "\u{200C}" && scalar != "\u{200D}"
    case .control, .lineSeparator, .paragraphSeparator: true
    default: false
    }
  }
}

/// An error that came from outside (a flag, a file, the machine) and that a person can act on.
public protocol DiagnosableError: Error, CustomStringConvertible {
  var diagnosis: Diagnosis { get }
}

extension DiagnosableError {
  public var description: String { diagnosis.description }
}
