import PTrainCore
import PTrainTraining

/// What a run came to, for its final summary and its last events.
package struct RunOutcome: Equatable, Sendable {
  /// The epochs that this run trained, in order.
  package let epochs: [EpochSummary]
  /// On the test samples; `nil` if the data set has none.
  package let test: Evaluation?
  package let testSampleCount: Int
  /// The newest checkpoint's path.
  package let checkpoint: String
  package let parametersDigest: Digest
  /// From the command's start on, in seconds.
  package let wallSeconds: Double
  /// The most memory that the process has held.
  package let peakMemoryBytes: Int

  package init(
    epochs: [EpochSummary], test: Evaluation?, testSampleCount: Int, checkpoint: String, parametersDigest: Digest,
    wallSeconds: Double, peakMemoryBytes: Int
  ) {
    self.epochs = epochs
    self.test = test
    self.testSampleCount = testSampleCount
    self.checkpoint = checkpoint
    self.parametersDigest = parametersDigest
    self.wallSeconds = wallSeconds
    self.peakMemoryBytes = peakMemoryBytes
  }
}

/// A run's final summary as text.
package enum RunReport {
  /// Some lines, each ended by a newline.
  package static func text(_ outcome: RunOutcome) -> String {
    var lines = [trainingLine(outcome)]
    if let phases = PhaseShares.mean(of: outcome.epochs) { lines.append("time        \(PhaseText.text(phases))") }
    if let test = outcome.test {
      lines.append("test        \(evaluation(test, sampleCount: outcome.testSampleCount))")
    }
    lines.append("checkpoint  \(outcome.checkpoint)")
    lines.append("parameters  sha256 \(outcome.parametersDigest)")
    return lines.map { $0 + "\n" }.joined()
  }

  /// `loss 0.1890  accuracy 94.52 ± 0.23 %  10,000 samples`; the uncertainty is the standard error of a share
  /// among so many samples, √(p (1 − p) / n).
  package static func evaluation(_ evaluation: Evaluation, sampleCount: Int) -> String {
    let share = evaluation.accuracy
    let error = sampleCount > 0 ? (max(0, share * (1 - share)) / Double(sampleCount)).squareRoot() : 0
    let accuracy = "\(NumberText.fixed(share * 100, 2)) ± \(NumberText.percent(error))"
    return "loss \(NumberText.fixed(evaluation.loss, 4))  accuracy \(accuracy)"
      + "  \(NumberText.grouped(sampleCount)) samples"
  }

  private static func trainingLine(_ outcome: RunOutcome) -> String {
    let count = outcome.epochs.count
    let trainSeconds = outcome.epochs.reduce(0) { $0 + $1.trainSeconds }
    let samples = outcome.epochs.reduce(0) { $0 + $1.sampleCount }
    let pace = trainSeconds > 0 ? Int(clamping: Double(samples) / trainSeconds) : 0
    return "trained     \(count) \(count == 1 ? "epoch" : "epochs") in \(NumberText.seconds(outcome.wallSeconds))"
      + " (training \(NumberText.seconds(trainSeconds)))  \(NumberText.grouped(pace)) samples/s"
  }
}

extension PhaseShares {
  /// The mean over `epochs`, weighted by their training seconds; `nil` without any.
  package static func mean(of epochs: [EpochSummary]) -> PhaseShares? {
    let total = epochs.reduce(0) { $0 + $1.trainSeconds }
    guard total > 0 else { return nil }
    let weighted = { (share: KeyPath<PhaseShares, Double>) in
      epochs.reduce(0) { $0 + $1.phases[keyPath: share] * $1.trainSeconds } / total
    }
    return PhaseShares(
      compute: weighted(\.compute), dataWait: weighted(\.dataWait), reductionWait: weighted(\.reductionWait))
  }
}
