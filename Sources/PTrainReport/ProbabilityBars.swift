/// The probabilities of a prediction, a bar for each class.
package enum ProbabilityBars {
  /// One line a class, `7  ████████████████████  97.31 %`, the most probable one marked by an arrow; each
  /// line ends in a newline.
  ///
  /// - Parameters:
  ///   - probabilities: `[classes]`, each 0…1; what is not a number draws an empty bar.
  ///   - names: `[classes]`, of which 20 characters are shown; numbers if `nil`.
  package static func text(
    _ probabilities: [Float], names: [String]? = nil, terminal: TerminalCapabilities
  ) -> String {
    let names = (names ?? probabilities.indices.map { "\($0)" }).map { String($0.prefix(20)) }
    let nameWidth = names.map(\.count).max() ?? 1
    // Name, two gaps of two, `100.00 %` and the mark take the rest of the line.
    let width = min(40, max(1, terminal.width - nameWidth - 15))
    let best = probabilities.indices.max { probabilities[$0] < probabilities[$1] }
    return probabilities.enumerated().map { index, probability in
      let name = Self.right(names[index], nameWidth)
      let share = Self.right(NumberText.percent(Double(probability)), 8)
      return "\(name)  \(bar(probability, width: width, unicode: terminal.unicode))  \(share)"
        + (index == best ? " <\n" : "\n")
    }.joined()
  }

  /// `width` characters, filled to the nearest eighth of one (to the nearest whole one in ASCII).
  private static func bar(_ probability: Float, width: Int, unicode: Bool) -> String {
    let share = probability.isNaN ? 0 : Double(min(1, max(0, probability)))
    let parts = unicode ? 8 : 1
    let filled = Int((share * Double(width * parts)).rounded())
    let partial = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"][filled % parts]
    let bar = String(repeating: unicode ? "█" : "#", count: filled / parts) + partial
    return bar + String(repeating: " ", count: width - bar.count)
  }

  private static func right(_ text: String, _ width: Int) -> String {
    String(repeating: " ", count: max(0, width - text.count)) + text
  }
}
