import PTrainReport

/// A benchmark's report for people: what is said as it goes on, and tables at the end.
package struct BenchText {
  private let rounds: Int
  private var machine: MachineDescription?
  private var summaries: [BenchSummary] = []
  private var points: [ScalingPoint] = []
  private var networkPoints: [NetworkPoint] = []

  /// - Parameter rounds: how many there will be.
  package init(rounds: Int) { self.rounds = rounds }

  /// Takes in `event`.
  ///
  /// - Returns: what can be said at once, whole lines.
  package mutating func add(_ event: BenchEvent) -> String {
    switch event {
    case .machine(let machine):
      self.machine = machine
      let environment = machine.environment
      return """
        \(environment.processor), \(machine.coreCount) cores
        ptrain \(environment.version); \(environment.blas), core \(environment.blasCore); data set \(machine.dataset)

        """
    case .probe(let round, let state): return probe(round: round, state)
    case .measurement: return ""
    case .summary(let summary): summaries.append(summary)
    case .scaling(let point): points.append(point)
    case .network(let point): networkPoints.append(point)
    }
    return ""
  }

  private func probe(round: Int, _ state: MachineState) -> String {
    let line = state.lineNanoseconds.map { "cache line \(NumberText.fixed($0, 0)) ns one way, " } ?? ""
    let all = "\(NumberText.fixed(state.allCoresGigaflops, 1)) on \(machine?.coreCount ?? 1)"
    let one = NumberText.fixed(state.oneCoreGigaflops, 1)
    return "round \(round + 1) of \(rounds): \(line)sgemm \(one) GFLOP/s on one core, \(all)\n"
  }

  /// The tables, after the last event.
  package var tables: String {
    var text =
      "\nTraining part of an epoch\n" + times.text + "\nA step's pieces on one lane, in µs; waiting in the run\n"
    text += pieces.text
    if !points.isEmpty {
      text += "\nScaling, and a cost model: arithmetic + bytes / bandwidth + line transfers × latency\n"
      text += scaling.text
    }
    if !networkPoints.isEmpty {
      text +=
        "\nA prediction for several machines, nothing of it measured: what is left of their speed if none of the\n"
      text += "communication is hidden behind computing, and if all is that can be\n" + network.text
    }
    return text
  }

  private var times: TextTable {
    var table = TextTable([
      "job", "threads", "shards", "reduction", "mode", "min ms", "median", "spread", "samples/s", "GFLOP/s", "of sgemm",
      "compute", "data wait", "reduction wait",
    ])
    for summary in summaries {
      let time = summary.trainMilliseconds
      table.add(
        Self.cells(summary.configuration) + [
          NumberText.fixed(time.minimum, 1), NumberText.fixed(time.median, 1), NumberText.percent(time.spread, 0),
          NumberText.short(summary.samplesPerSecond), NumberText.fixed(summary.gigaflops, 1),
          NumberText.percent(summary.sgemmShare, 1), NumberText.percent(summary.best.phases.compute, 1),
          NumberText.percent(summary.best.phases.dataWait, 1), NumberText.percent(summary.best.phases.reductionWait, 1),
        ])
    }
    return table
  }

  private var pieces: TextTable {
    var table = TextTable([
      "job", "threads", "shards", "reduction", "mode", "gather", "forward", "backward", "reduction", "update", "sum",
      "wait",
    ])
    for summary in summaries {
      let pieces = summary.pieces
      let wait = summary.best.phases.dataWait + summary.best.phases.reductionWait
      let cells = [pieces.gather, pieces.forward, pieces.backward, pieces.reduction, pieces.update].map {
        "\(NumberText.fixed($0 * 1e-3, 1)) (\(NumberText.percent($0 / max(pieces.total, 1), 0)))"
      }
      table.add(
        Self.cells(summary.configuration) + cells + [
          NumberText.fixed(pieces.total * 1e-3, 1), NumberText.percent(wait, 1),
        ])
    }
    return table
  }

  private var scaling: TextTable {
    var table = TextTable([
      "job", "threads", "shards", "reduction", "mode", "min ms", "predicted ms", "speed-up", "efficiency",
    ])
    for point in points {
      table.add(
        Self.cells(point.configuration) + [
          point.trainMilliseconds.map { NumberText.fixed($0, 1) } ?? "a prediction",
          NumberText.fixed(point.predictedMilliseconds, 1), NumberText.fixed(point.speedUp, 2),
          NumberText.percent(point.efficiency, 0),
        ])
    }
    return table
  }

  private var network: TextTable {
    var table = TextTable([
      "job", "threads", "reduction", "Gbit/s", "machines", "kB a step", "compute µs", "communication µs", "none hidden",
      "all hidden",
    ])
    for point in networkPoints {
      let configuration = point.configuration
      table.add([
        configuration.job.name, "\(configuration.threads)", configuration.reduction.rawValue,
        "\(point.gigabitsPerSecond)", "\(point.rankCount)", NumberText.fixed(point.stepBytes * 1e-3, 1),
        NumberText.fixed(point.computeSeconds * 1e6, 1), NumberText.fixed(point.communicationSeconds * 1e6, 1),
        NumberText.percent(point.exposedEfficiency, 1), NumberText.percent(point.hiddenEfficiency, 1),
      ])
    }
    return table
  }

  private static func cells(_ configuration: BenchConfiguration) -> [String] {
    [
      configuration.job.name, "\(configuration.threads)", "\(configuration.shards)", configuration.reduction.rawValue,
      configuration.mode.rawValue,
    ]
  }
}

/// Columns as wide as their widest cell, numbers to the right.
struct TextTable {
  private var rows: [[String]]

  init(_ titles: [String]) { rows = [titles] }

  /// - Precondition: as many cells as titles.
  mutating func add(_ cells: [String]) {
    precondition(cells.count == rows[0].count, "\(cells.count) cells for \(rows[0].count) columns")
    rows.append(cells)
  }

  /// Whole lines.
  var text: String {
    let widths = rows[0].indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
    return rows.map { row in
      zip(row, widths).map { cell, width in
        let space = String(repeating: " ", count: width - cell.count)
        let isNumber = row != rows[0] ? cell.first?.isNumber == true : rows.count > 1 && isNumeric(cell)
        return isNumber ? space + cell : cell + space
      }.joined(separator: "  ").trimmingTrailingSpaces + "\n"
    }.joined()
  }

  /// Whether the column titled `title` holds numbers.
  private func isNumeric(_ title: String) -> Bool {
    rows[0].firstIndex(of: title).map { rows[1][$0].first?.isNumber == true } ?? false
  }
}

extension String {
  fileprivate var trimmingTrailingSpaces: String {
    String(reversed().drop { $0 == " " }.reversed())
  }
}
