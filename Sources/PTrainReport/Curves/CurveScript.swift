/// Loss and accuracy over epochs as a script for gnuplot, which writes the picture to its standard output.
///
/// One run has both in one chart with an axis each; several have a chart for each, with a colour a run.
/// Data are blocks of numbers inside the script, and names are reduced to harmless characters between single
/// quotes, so that nothing of a file's name or content can become a command.
package struct CurveScript: Sendable {
  package enum Format: String, Sendable, CaseIterable {
    case png, svg
  }

  /// Of runs, in their order: distinct for most readers, also in print.
  static let colors = ["#1f77b4", "#d62728", "#2ca02c", "#9467bd", "#8c564b", "#e377c2", "#17becf", "#bcbd22"]
  /// More epochs than this have no mark each.
  private static let mostMarks = 40

  private let curves: [RunCurve]
  private let lossUnit: String?

  /// - Parameters:
  ///   - curves: 1 to 8.
  ///   - lossUnit: as `nats`; `nil` if the loss has none or another in each run.
  package init(_ curves: [RunCurve], lossUnit: String?) throws(CurveError) {
    guard (1...Self.colors.count).contains(curves.count) else { throw .tooManyRuns(curves.count) }
    self.curves = curves
    self.lossUnit = lossUnit
  }

  package func text(_ format: Format) -> String {
    let height = curves.count == 1 ? 540 : 900
    let terminal = format == .png ? "pngcairo" : "svg"
    let head = [
      "set encoding utf8", "set decimalsign '.'",
      "set terminal \(terminal) noenhanced size 960,\(height) font 'DejaVu Sans,11' background rgb 'white'",
      "set datafile missing 'NaN'",
    ]
    let axes = [
      "set border lc rgb '#555555'", "set tics nomirror", "set grid xtics ytics lt 1 lc rgb '#dddddd'",
      "set xlabel 'epoch'", xRange, "set key outside bottom center horizontal",
    ]
    let charts = curves.count == 1 ? twinChart : twoCharts
    return (head + curves.indices.map(block) + axes + charts).joined(separator: "\n") + "\n"
  }

  // MARK: Data

  /// Epoch, loss and validation loss, accuracy and validation accuracy in per cent.
  private func block(_ index: Int) -> String {
    let rows = curves[index].points.map { point in
      let values = [
        point.training.loss, point.validation?.loss, point.training.accuracy * 100,
        point.validation.map { $0.accuracy * 100 },
      ]
      return "\(point.epoch) " + values.map(Self.number).joined(separator: " ")
    }
    return "$run\(index) << EOD\n" + rows.joined(separator: "\n") + "\nEOD"
  }

  private static func number(_ value: Double?) -> String {
    guard let value, value.isFinite else { return "NaN" }
    return "\(value)"
  }

  /// `text` between single quotes, where gnuplot expands nothing; what it could read as markup or an end becomes a
  /// question mark.
  static func quoted(_ text: String) -> String {
    "'" + text.map { $0.isLetter || $0.isNumber || " -._/+=,:()%…".contains($0) ? $0 : "?" } + "'"
  }

  /// The end of a run's name, which tells it from others, where all of it is longer than `count` characters.
  private static func short(_ name: String, _ count: Int) -> String {
    name.count > count ? "…" + name.suffix(count - 1) : name
  }

  // MARK: Axes

  private var xRange: String {
    let epochs = curves.flatMap { $0.points.map(\.epoch) }
    let (first, last) = (epochs.min() ?? 1, epochs.max() ?? 1)
    let tics = last - first < 20 ? "set xtics 1" : "set xtics auto"
    return "set xrange [\(first - 1).5:\(last).5]\n\(tics)"
  }

  private var lossLabel: String { lossUnit.map { "loss (\($0))" } ?? "loss" }

  private var mark: String {
    curves.allSatisfy { $0.points.count <= Self.mostMarks } ? "linespoints ps 0.6" : "lines"
  }

  private func line(_ run: Int, column: Int, color: String, isValidation: Bool, isOnRight: Bool, title: String)
    -> String
  {
    "$run\(run) using 1:\(column) \(isOnRight ? "axes x1y2 " : "")with \(mark) pt \(isValidation ? 6 : 7) lw 2 "
      + "\(isValidation ? "dt 2 " : "")lc rgb '\(color)' title \(title)"
  }

  /// A dotted line from the bottom to the top at the best epoch.
  private func bestLine(_ curve: RunCurve, tag: Int, color: String) -> [String] {
    guard let best = curve.best else { return [] }
    return [
      "set arrow \(tag) from \(best.epoch), graph 0 to \(best.epoch), graph 1 nohead dt 3 lw 1.5 lc rgb '\(color)'"
    ]
  }

  private static func bestText(_ curve: RunCurve) -> String {
    guard let best = curve.best else { return "no finite loss" }
    let kind = best.validation == nil ? "training" : "validation"
    let evaluation = best.validation ?? best.training
    return "best epoch \(best.epoch): \(kind) loss \(NumberText.fixed(evaluation.loss, 4)), "
      + "accuracy \(NumberText.percent(evaluation.accuracy))"
  }

  // MARK: Charts

  private var twinChart: [String] {
    let curve = curves[0]
    let hasValidation = curve.points.contains { $0.validation != nil }
    let lines = [("loss", 2, false), ("accuracy", 4, true)].flatMap { name, column, isOnRight in
      (hasValidation ? [false, true] : [false]).map { isValidation in
        line(
          0, column: column + (isValidation ? 1 : 0), color: Self.colors[isOnRight ? 1 : 0],
          isValidation: isValidation, isOnRight: isOnRight,
          title: "'\(name), \(isValidation ? "validation" : "training")'")
      }
    }
    return [
      "set title \(Self.quoted(Self.short(curve.name, 50) + " - " + Self.bestText(curve)))",
      "set ylabel '\(lossLabel)' tc rgb '\(Self.colors[0])'", "set yrange [0:*]",
      "set y2label 'accuracy (%)' tc rgb '\(Self.colors[1])'", "set y2tics",
    ] + bestLine(curve, tag: 1, color: "#333333") + ["plot " + lines.joined(separator: ", \\\n  ")]
  }

  private var twoCharts: [String] {
    ["set multiplot layout 2,1"] + chart(lossLabel, column: 2, "set yrange [0:*]")
      + chart("accuracy (%)", column: 4, "set yrange [*:*]") + ["unset multiplot"]
  }

  /// One quantity of all runs: solid in training, dashed in validation, dotted at the best epoch.
  private func chart(_ label: String, column: Int, _ range: String) -> [String] {
    let lines = curves.indices.flatMap { run in
      let hasValidation = curves[run].points.contains { $0.validation != nil }
      return (hasValidation ? [false, true] : [false]).map { isValidation in
        line(
          run, column: column + (isValidation ? 1 : 0), color: Self.colors[run], isValidation: isValidation,
          isOnRight: false,
          title: Self.quoted(Self.short(curves[run].name, 24) + (isValidation ? ", validation" : ", training")))
      }
    }
    let best = curves.indices.flatMap { bestLine(curves[$0], tag: $0 + 1, color: Self.colors[$0]) }
    return [
      "set title '\(label) - dotted: the epoch with the lowest validation loss'", "set ylabel '\(label)'", range,
    ] + best + ["plot " + lines.joined(separator: ", \\\n  ")]
  }
}
