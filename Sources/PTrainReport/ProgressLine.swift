import PTrainTraining

/// The line that shows on a terminal how far a run has come.
///
/// `epoch 3/10 ━━━━━━━━━━━━━━━───── 75 %  0:04 left  loss 0.2312  accuracy 93.41 %  1.02 M samples/s`
package struct ProgressLine: Sendable {
  /// Goes to the line's start and erases it.
  package static let erase = "\r\u{1B}[K"

  private static let barWidths = 10...30

  private let terminal: TerminalCapabilities

  package init(terminal: TerminalCapabilities) {
    self.terminal = terminal
  }

  /// What to write to draw the line over its predecessor.
  package func redraw(_ progress: StepProgress) -> String { Self.erase + text(progress) }

  /// The line alone, shorter than the terminal's width by one at least, so that it never wraps. What does
  /// not fit is left out from the right; the bar takes what room there is.
  package func text(_ progress: StepProgress) -> String {
    let head = "epoch \(progress.epoch + 1)/\(progress.epochCount) "
    var fields = Self.fields(progress)
    let room = { (fields: [String]) in terminal.width - 1 - head.count - fields.reduce(0) { $0 + $1.count } }
    while fields.count > 1 && room(fields) < Self.barWidths.lowerBound { fields.removeLast() }
    let width = min(room(fields), Self.barWidths.upperBound)
    let bar = width < Self.barWidths.lowerBound ? "" : bar(progress.doneFraction, width: width)
    return String((head + bar + fields.joined()).prefix(max(0, terminal.width - 1)))
  }

  private func bar(_ fraction: Double, width: Int) -> String {
    let filled = Int((fraction * Double(width)).rounded(.down))
    let (full, empty) = terminal.unicode ? ("━", "─") : ("=", "-")
    return String(repeating: full, count: filled) + String(repeating: empty, count: width - filled)
  }

  private static func fields(_ progress: StepProgress) -> [String] {
    [
      " \(NumberText.fixed(progress.doneFraction * 100, 0)) %",
      progress.secondsLeft.map { "  \(NumberText.clock(seconds: $0)) left" } ?? "",
      "  loss \(NumberText.fixed(progress.training.loss, 4))",
      "  accuracy \(NumberText.percent(progress.training.accuracy))",
      "  \(NumberText.short(progress.samplesPerSecond)) samples/s",
    ]
  }
}

extension StepProgress {
  /// The part of this epoch that is done, 0…1.
  package var doneFraction: Double {
    stepCount > 0 ? min(1, max(0, Double(step) / Double(stepCount))) : 1
  }

  /// Training time until the last epoch's end at this epoch's pace, without validation and checkpoints;
  /// `nil` before the first step.
  package var secondsLeft: Double? {
    guard step > 0 else { return nil }
    let stepsLeft = (stepCount - step) + max(0, epochCount - epoch - 1) * stepCount
    return elapsedSeconds / Double(step) * Double(max(0, stepsLeft))
  }
}
