import PTrainReport
import PTrainTraining

/// Tells of a run as it goes: a progress bar and epoch lines on a terminal, epoch lines alone elsewhere, or JSON.
package struct ConsoleReporter {
  /// Between two drawings of the progress bar, in seconds.
  package static let redrawSeconds = 0.05

  package enum Style: Equatable, Sendable {
    case text
    /// One object a line and nothing else.
    case json
  }

  private let style: Style
  private let isQuiet: Bool
  private let terminal: TerminalCapabilities
  private let write: (String) -> Void
  private var lastDrawSeconds = -Double.infinity
  private var isBarShown = false

  /// - Parameter write: receives the text, for standard output.
  package init(
    style: Style, isQuiet: Bool, terminal: TerminalCapabilities,
    write: @escaping (String) -> Void = StandardStream.output.write
  ) {
    self.style = style
    self.isQuiet = isQuiet
    self.terminal = terminal
    self.write = write
  }

  /// For standard output.
  package init(_ options: OutputOptions) {
    self.init(
      style: options.json ? .json : .text, isQuiet: options.quiet,
      terminal: TerminalCapabilities(descriptor: StandardStream.output.rawValue))
  }

  /// A bar is drawn at all, so that ``stepDidEnd(_:atSeconds:)`` is worth calling.
  package var showsSteps: Bool { style == .text && !isQuiet && terminal.redraws }

  /// Whether a progress bar drawn at `seconds` (of any steady clock) would be taken.
  package func isDrawDue(atSeconds seconds: Double) -> Bool {
    showsSteps && seconds - lastDrawSeconds >= Self.redrawSeconds
  }

  package mutating func stepDidEnd(_ progress: StepProgress, atSeconds seconds: Double) {
    guard isDrawDue(atSeconds: seconds) else { return }
    lastDrawSeconds = seconds
    isBarShown = true
    write(ProgressLine(terminal: terminal).redraw(progress))
  }

  package mutating func epochDidEnd(_ summary: EpochSummary, epochCount: Int) {
    eraseBar()
    guard !isQuiet else { return }
    switch style {
    case .text:
      let width = terminal.redraws ? terminal.width : nil
      write(EpochLine.text(summary, epochCount: epochCount, width: width) + "\n")
    case .json: write(RunEvents.epoch(summary) + "\n")
    }
  }

  package mutating func runDidEnd(_ outcome: RunOutcome) {
    eraseBar()
    switch style {
    case .text: write(RunReport.text(outcome))
    case .json:
      if let test = outcome.test { write(RunEvents.test(test) + "\n") }
      write(RunEvents.end(outcome) + "\n")
    }
  }

  /// Takes the bar away before an error's line.
  package mutating func eraseBar() {
    guard isBarShown else { return }
    isBarShown = false
    write(ProgressLine.erase)
  }
}
