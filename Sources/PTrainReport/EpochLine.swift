import PTrainTraining

/// An epoch as text, without control characters.
package enum EpochLine {
  /// One line; two if it is wider than `width` columns: what was learned, then the time it took.
  ///
  /// - Parameter width: of the terminal; `nil` for one line always.
  package static func text(_ summary: EpochSummary, epochCount: Int, width: Int? = nil) -> String {
    let (learned, times) = (learned(summary, epochCount: epochCount), times(summary))
    let line = learned + "  " + times
    return line.count <= width ?? .max ? line : learned + "\n  " + times
  }

  private static func learned(_ summary: EpochSummary, epochCount: Int) -> String {
    var fields = [
      "epoch \(summary.epoch + 1)/\(epochCount)",
      "loss \(NumberText.fixed(summary.training.loss, 4))",
      "accuracy \(NumberText.percent(summary.training.accuracy))",
    ]
    if let validation = summary.validation {
      fields.append("val_loss \(NumberText.fixed(validation.loss, 4))")
      fields.append("val_accuracy \(NumberText.percent(validation.accuracy))")
    }
    return fields.joined(separator: "  ")
  }

  private static func times(_ summary: EpochSummary) -> String {
    [
      "\(NumberText.seconds(summary.epochSeconds)) (training \(NumberText.seconds(summary.trainSeconds)))",
      "\(NumberText.grouped(Int(clamping: summary.samplesPerSecond))) samples/s",
      PhaseText.text(summary.phases),
    ].joined(separator: "  ")
  }
}

/// How the lanes spent their time, as text.
package enum PhaseText {
  /// `compute 91.2 %  data wait 0.3 %  reduction wait 8.5 %`
  package static func text(_ phases: PhaseShares) -> String {
    [("compute", phases.compute), ("data wait", phases.dataWait), ("reduction wait", phases.reductionWait)]
      .map { "\($0) \(NumberText.percent($1, 1))" }
      .joined(separator: "  ")
  }
}

extension Int {
  /// The nearest `Int`; 0 for what is not a number.
  init(clamping value: Double) {
    guard !value.isNaN else {
      self = 0
      return
    }
    self = Int(exactly: value.rounded()) ?? (value < 0 ? .min : .max)
  }
}
