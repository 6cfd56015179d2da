/// A small chart of characters: training and validation over epochs.
package struct TextChart: Sendable {
  private static let height = 8

  private let title: String
  private let training: [Double]
  private let validation: [Double]
  private let label: @Sendable (Double) -> String

  /// - Parameters:
  ///   - training: one value an epoch; what isn't finite is left out.
  ///   - validation: the same, or nothing.
  ///   - label: a value as the axis shows it.
  package init(
    title: String, training: [Double], validation: [Double], label: @escaping @Sendable (Double) -> String
  ) {
    self.title = title
    self.training = training
    self.validation = validation
    self.label = label
  }

  /// Loss and accuracy of `curve`, one below the other.
  package static func text(_ curve: RunCurve, terminal: TerminalCapabilities) -> String {
    let validation = curve.points.compactMap(\.validation)
    return TextChart(
      title: "loss", training: curve.points.map(\.training.loss), validation: validation.map(\.loss),
      label: { NumberText.fixed($0, 3) }
    ).text(terminal: terminal)
      + TextChart(
        title: "accuracy", training: curve.points.map(\.training.accuracy), validation: validation.map(\.accuracy),
        label: { NumberText.percent($0, 1) }
      ).text(terminal: terminal)
  }

  /// Lines that each end in a newline, at most as wide as the terminal; nothing without a finite value.
  ///
  /// Each column shows the curves where they stand there, linear between epochs; where both would share a cell
  /// there is a mark for both.
  package func text(terminal: TerminalCapabilities) -> String {
    let finite = (training + validation).filter(\.isFinite)
    guard let low = finite.min(), let high = finite.max() else { return "" }
    let marks = terminal.unicode ? ["●", "○", "◉"] : ["o", "x", "*"]
    let labels = [label(high), label((low + high) / 2), label(low)]
    let margin = labels.map(\.count).max() ?? 0
    let width = max(8, min(60, terminal.width - margin - 3))
    var cells = [[Int]](repeating: [Int](repeating: 0, count: width), count: Self.height)
    for (series, values) in [training, validation].enumerated() {
      for column in 0..<width {
        guard let value = Self.value(values, column: column, width: width) else { continue }
        let share = high > low ? (value - low) / (high - low) : 0.5
        cells[Self.height - 1 - Int((share * Double(Self.height - 1)).rounded())][column] |= 1 << series
      }
    }
    let axis = terminal.unicode ? "│" : "|"
    let rows = cells.enumerated().map { row, cells in
      let name = row == 0 ? labels[0] : row == Self.height / 2 ? labels[1] : row == Self.height - 1 ? labels[2] : ""
      let used = (cells.lastIndex { $0 != 0 } ?? -1) + 1
      let line = cells[..<used].map { $0 == 0 ? " " : marks[$0 - 1] }.joined()
      return String(repeating: " ", count: margin - name.count) + name + " " + axis + line
    }
    return ([legend(marks, margin: margin)] + rows + footer(margin: margin, width: width, terminal))
      .map { String($0.prefix(terminal.width)) + "\n" }.joined()
  }

  private func legend(_ marks: [String], margin: Int) -> String {
    let names = validation.isEmpty ? "" : "  \(marks[0]) training  \(marks[1]) validation  \(marks[2]) both"
    return String(repeating: " ", count: margin + 2) + title + names
  }

  private func footer(margin: Int, width: Int, _ terminal: TerminalCapabilities) -> [String] {
    let (corner, line) = terminal.unicode ? ("└", "─") : ("+", "-")
    let last = "\(training.count)"
    let room = max(1, width - 1 - last.count)
    let axis = String(repeating: " ", count: margin + 1) + corner + String(repeating: line, count: width)
    let middle = room >= 7 ? " epoch" + String(repeating: " ", count: room - 6) : String(repeating: " ", count: room)
    return [axis, String(repeating: " ", count: margin + 2) + "1" + middle + last]
  }

  /// The value at `column` of `width`, linear between the epochs; `nil` where one of them isn't finite.
  private static func value(_ values: [Double], column: Int, width: Int) -> Double? {
    guard !values.isEmpty else { return nil }
    let place = width > 1 ? Double(column) * Double(values.count - 1) / Double(width - 1) : 0
    let first = min(values.count - 1, Int(place))
    let share = place - Double(first)
    let value = share > 0 ? values[first] * (1 - share) + values[first + 1] * share : values[first]
    return value.isFinite ? value : nil
  }
}
