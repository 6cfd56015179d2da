import PTrainReport
import PTrainTraining

extension PlotCommand {
  package func run() throws {
    // Before anything is read: a name that can't be a picture's.
    for path in output { _ = try CurveFiles.format(path) }
    let curves = try runs.map { try RunCurve(run: $0) }
    if curves.count == 1 { RunCurves.showOnTerminal(curves[0]) }
    let paths = output.isEmpty ? CurveFiles.paths(in: defaultFolder) : output
    try CurveFiles.draw(curves, lossUnit: lossUnit, to: paths)
    StandardStream.output.write(paths.map { "curves  \($0)\n" }.joined())
  }

  private var defaultFolder: String { runs.count == 1 ? RunFolder(of: runs[0]).path : "." }

  /// The unit of all runs' losses, where their checkpoints tell and it is the same.
  private var lossUnit: String? {
    let units = Set(
      runs.map { run in
        (try? Checkpoint(path: RunFolder(of: run).newestCheckpoint))?.job.loss.unit
      })
    return units.count == 1 ? units.first.flatMap(\.self) : nil
  }
}
