import PTrainCore
import PTrainTraining

/// What the replay of a run came to.
package struct ReplayOutcome: Sendable {
  let checkpoint: String
  let recorded: Digest
  let found: Digest
  let difference: RunReplay.Difference?
  let environmentChanges: [String]

  package init(
    checkpoint: String, recorded: Digest, found: Digest, difference: RunReplay.Difference?,
    environmentChanges: [String]
  ) {
    self.checkpoint = checkpoint
    self.recorded = recorded
    self.found = found
    self.difference = difference
    self.environmentChanges = environmentChanges
  }

  /// Some lines, each ended by a newline.
  package var text: String {
    let verdict = difference.map { "other bits: \(Self.text($0))" } ?? "the same bits"
    return "replay      \(checkpoint): \(verdict)\nparameters  sha256 \(found)\n"
  }

  /// A difference in a few words; epochs and steps count from 1.
  package static func text(_ difference: RunReplay.Difference) -> String {
    switch difference {
    case .loss(let epoch, let step, let count, let recorded, let found):
      let steps = count == 1 ? "step \(step + 1)" : "steps \(step + 1) to \(step + count)"
      return "first in epoch \(epoch + 1), \(steps), with a loss of \(found), recorded \(recorded)"
    case .record(let epoch): return "first in the loss or accuracy of epoch \(epoch + 1)"
    case .parameters(let epochs): return "first in the parameters after epoch \(epochs)"
    case .optimizerState(let epochs): return "first in the optimizer's state after epoch \(epochs)"
    }
  }

  package var json: String {
    var line = JSONLine.event("replay")
    line.add("checkpoint", checkpoint)
    line.add("reproduced", difference == nil)
    line.add("parameters_sha256", recorded.hexadecimal)
    line.add("replayed_sha256", found.hexadecimal)
    line.add("difference", difference.map(Self.text) ?? "")
    line.add("environment_changes", environmentChanges)
    return line.text
  }
}

/// A step that was not finite, for people and programs.
package enum IncidentReport {
  /// Some lines, each ended by a newline.
  package static func text(_ incident: Incident, reproduced: Bool) -> String {
    var lines = [
      "step        epoch \(incident.epoch + 1), step \(incident.step + 1), \(incident.globalStep) steps before it",
      "not finite  \(incident.kind.rawValue)", "loss        \(incident.loss)",
      "samples     \(incident.samples.map(String.init).joined(separator: " "))",
    ]
    lines += table(
      [["layer", "activations", "deltas"]]
        + incident.layers.map { [$0.name, range($0.activations), range($0.deltas)] })
    lines.append("replay      \(reproduced ? "the same bits" : "other bits")")
    return lines.map { $0 + "\n" }.joined()
  }

  /// Rows with columns as wide as their widest field.
  private static func table(_ rows: [[String]]) -> [String] {
    let widths = (rows.first ?? []).indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
    return rows.map { row in
      row.indices.map { column in
        column == row.count - 1
          ? row[column] : row[column] + String(repeating: " ", count: widths[column] - row[column].count)
      }.joined(separator: "  ")
    }
  }

  private static func range(_ range: ValueRange) -> String {
    "\(range.least) … \(range.greatest)" + (range.nonFinite > 0 ? ", \(range.nonFinite) not finite" : "")
  }

  package static func json(_ incident: Incident, reproduced: Bool) -> String {
    var line = JSONLine.event("incident")
    line.add("reproduced", reproduced)
    line.add("kind", incident.kind.rawValue)
    line.add("epoch", incident.epoch + 1)
    line.add("step", incident.step + 1)
    line.add("global_step", incident.globalStep)
    line.add("loss", incident.loss)
    line.add("samples", incident.samples)
    line.add("layers", incident.layers.map(\.name))
    for (name, part) in [("activation", \Incident.LayerRange.activations), ("delta", \.deltas)] {
      line.add("\(name)_min", incident.layers.map { $0[keyPath: part].least })
      line.add("\(name)_max", incident.layers.map { $0[keyPath: part].greatest })
      line.add("\(name)_non_finite", incident.layers.map { $0[keyPath: part].nonFinite })
    }
    return line.text
  }
}
