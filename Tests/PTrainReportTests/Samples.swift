import PTrainCore
import PTrainReport
import PTrainTraining
import Testing

/// The values that the tests of this module describe.
enum Samples {
  static func epoch(_ epoch: Int = 2, validation: Evaluation? = Evaluation(loss: 0.25, accuracy: 0.928)) -> EpochSummary
  {
    EpochSummary(
      epoch: epoch, training: Evaluation(loss: 0.23116, accuracy: 0.93411), validation: validation,
      globalStep: 2100 * (epoch + 1), sampleCount: 42_000, trainSeconds: 0.0625, epochSeconds: 0.075,
      dataWaitSeconds: 0.0005, phases: PhaseShares(compute: 0.9, dataWait: 0.025, reductionWait: 0.075))
  }

  static let progress = StepProgress(
    epoch: 2, epochCount: 10, step: 1575, stepCount: 2100, training: Evaluation(loss: 0.23116, accuracy: 0.93411),
    elapsedSeconds: 1.575, samplesPerSecond: 1_024_390)

  static let digest = Digest(hexadecimal: String(repeating: "0123456789abcdef", count: 4))

  static func outcome(test: Evaluation? = Evaluation(loss: 0.189, accuracy: 0.9452)) throws -> RunOutcome {
    RunOutcome(
      epochs: [epoch(0), epoch(1)], test: test, testSampleCount: 10_000, checkpoint: "runs/1/ckpt.zst",
      parametersDigest: try #require(digest), wallSeconds: 0.75, peakMemoryBytes: 68_000_000)
  }
}
