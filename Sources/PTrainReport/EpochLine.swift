import PTrainTraining

/// An epoch as one line of text, without control characters.
package enum EpochLine {
  package static func text(_ summary: EpochSummary, epochCount: Int) -> String {
    var fields = [
      "epoch \(summary.epoch + 1)/\(epochCount)",
      "loss \(NumberText.fixed(summary.training.loss, 4))",
      "accuracy \(NumberText.percent(summary.training.accuracy))",
    ]
    if let validation = summary.validation {
      fields.append("val_loss \(NumberText.fixed(validation.loss, 4))")
      fields.append("val_accuracy \(NumberText.percent(validation.accuracy))")
    }
    fields.append("\(NumberText.seconds(summary.epochSeconds)) (training \(NumberText.seconds(summary.trainSeconds)))")
    fields.append("\(NumberText.grouped(Int(clamping: summary.samplesPerSecond))) samples/s")
    fields.append(PhaseText.text(summary.phases))
    return fields.joined(separator: "  ")
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
