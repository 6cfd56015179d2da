import Glibc

/// What may be written to a stream that text goes to.
package struct TerminalCapabilities: Equatable, Sendable {
  package enum Color: Sendable {
    case none
    /// The 256-colour palette.
    case palette
    /// 24 bits.
    case full
  }

  /// A line may be drawn again in place: the stream is a terminal that knows control sequences.
  package let redraws: Bool
  package let color: Color
  /// Block characters may be used beside ASCII.
  package let unicode: Bool
  /// Characters in a line.
  package let width: Int

  package init(redraws: Bool, color: Color, unicode: Bool, width: Int) {
    self.redraws = redraws
    self.color = color
    self.unicode = unicode
    self.width = width
  }

  /// A file or pipe: no control characters, ASCII.
  package static let plain = TerminalCapabilities(redraws: false, color: .none, unicode: false, width: 80)

  /// - Parameters:
  ///   - environment: `TERM`, `NO_COLOR` (https://no-color.org: any value but the empty one switches colours
  ///     off), `COLORTERM`, `COLUMNS`, and the locale's `LC_ALL`, `LC_CTYPE`, `LANG`.
  ///   - reportedWidth: what the terminal says of itself; `COLUMNS`, then 80, stand in for it.
  package init(isTerminal: Bool, environment: (String) -> String?, reportedWidth: Int?) {
    let term = environment("TERM") ?? ""
    guard isTerminal, term != "dumb", !term.isEmpty else {
      self = .plain
      return
    }
    redraws = true
    let isColorless = !(environment("NO_COLOR") ?? "").isEmpty
    let isFull = ["truecolor", "24bit"].contains(environment("COLORTERM") ?? "")
    color = isColorless ? .none : isFull ? .full : .palette
    unicode = term != "linux" && Self.isUnicode(environment)
    let columns = environment("COLUMNS").flatMap(Int.init)
    width = [reportedWidth, columns].compactMap { $0 }.first { $0 > 0 } ?? 80
  }

  /// The capabilities of an open file.
  package init(descriptor: Int32) {
    var size = winsize()
    let isKnown = ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0
    self.init(
      isTerminal: isatty(descriptor) == 1, environment: { getenv($0).map { String(cString: $0) } },
      reportedWidth: isKnown ? Int(size.ws_col) : nil)
  }

  /// The first locale variable that is set decides; none set, as in a bare container, counts as UTF-8.
  private static func isUnicode(_ environment: (String) -> String?) -> Bool {
    let locale = ["LC_ALL", "LC_CTYPE", "LANG"].compactMap(environment).first { !$0.isEmpty } ?? "UTF-8"
    return locale.uppercased().contains("UTF-8") || locale.uppercased().contains("UTF8")
  }
}
