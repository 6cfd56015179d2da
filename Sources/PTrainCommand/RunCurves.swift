import PTrainCore
import PTrainNetwork
import PTrainReport
import PTrainTraining

/// The curves of a run that has ended.
enum RunCurves {
  /// Draws them into the run's folder, and small ones on a terminal. The run is complete without them: what keeps
  /// them from being drawn is told in one line on standard error.
  static func draw(in folder: RunFolder, loss: Loss, output: OutputOptions) {
    do {
      let curve = try RunCurve(run: folder.path)
      if !output.json && !output.quiet { showOnTerminal(curve) }
      try CurveFiles.draw([curve], lossUnit: loss.unit, to: CurveFiles.paths(in: folder.path))
    } catch {
      StandardStream.error.write("ptrain: note: no curves are drawn: \(reason(error))\n")
    }
  }

  /// A small chart, if standard output is a terminal that isn't a dumb one.
  static func showOnTerminal(_ curve: RunCurve) {
    let terminal = TerminalCapabilities(descriptor: StandardStream.output.rawValue)
    if terminal.redraws { StandardStream.output.write(TextChart.text(curve, terminal: terminal)) }
  }

  private static func reason(_ error: any Error) -> String {
    (error as? any DiagnosableError)?.diagnosis.description ?? "\(error)"
  }
}
