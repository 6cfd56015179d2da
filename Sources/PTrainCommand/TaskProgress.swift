import PTrainReport

/// Per cent done of a task of some seconds, on standard error and only if that is a terminal.
final class TaskProgress {
  private let name: String
  private let isShown: Bool
  private var shown = -1

  init(_ name: String) {
    self.name = name
    isShown = TerminalCapabilities(descriptor: StandardStream.error.rawValue).redraws
  }

  func update(_ done: Int, of total: Int) {
    let percent = total > 0 ? done * 100 / total : 100
    guard isShown, percent != shown else { return }
    shown = percent
    StandardStream.error.write(ProgressLine.erase + (done < total ? "\(name) \(percent) %" : ""))
  }

  deinit {
    if isShown, shown >= 0, shown < 100 { StandardStream.error.write(ProgressLine.erase) }
  }
}
