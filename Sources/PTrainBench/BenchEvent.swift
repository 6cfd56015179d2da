import PTrainTraining

/// What a benchmark tells while it runs, and in the end.
package enum BenchEvent: Equatable, Sendable {
  /// First of all.
  case machine(MachineDescription)
  /// Before each round's runs; rounds count from 0.
  case probe(round: Int, MachineState)
  /// After each configuration of each round.
  case measurement(BenchMeasurement)
  /// After the last round, for each configuration.
  case summary(BenchSummary)
  /// With `--scaling`, after the summaries.
  case scaling(ScalingPoint)
  /// With `--network`, last of all.
  case network(NetworkPoint)
}

/// What figures depend on, besides ptrain.
package struct MachineDescription: Equatable, Sendable {
  package let environment: RunEnvironment
  package let coreCount: Int
  package let dataset: String
}

/// One configuration in one round.
package struct BenchMeasurement: Equatable, Sendable {
  package let configuration: BenchConfiguration
  /// 0-based.
  package let round: Int
  /// The training part of the fastest epoch after the first, or of the only one.
  package let trainMilliseconds: Double
  /// Of that epoch.
  package let sampleCount: Int
  /// Of that epoch.
  package let phases: PhaseShares
  /// Training accuracy of the last epoch.
  package let accuracy: Double
}

/// One configuration over all rounds.
package struct BenchSummary: Equatable, Sendable {
  package let configuration: BenchConfiguration
  package let laneCount: Int
  package let trainMilliseconds: RunStatistics
  /// Of the fastest round.
  package let best: BenchMeasurement
  /// 10⁹ operations of an epoch's matrix products.
  package let gigaOperations: Double
  /// What a large matrix product reaches on as many cores, 10⁹ operations a second.
  package let sgemmGigaflops: Double
  /// The pieces of a step on one lane.
  package let pieces: PieceTimes

  package var samplesPerSecond: Double { Double(best.sampleCount) / trainMilliseconds.minimum * 1e3 }
  package var gigaflops: Double { gigaOperations / trainMilliseconds.minimum * 1e3 }
  /// The share of the sgemm rate that was reached.
  package var sgemmShare: Double { gigaflops / sgemmGigaflops }
}

/// One number of threads of a scaling curve.
package struct ScalingPoint: Equatable, Sendable {
  package let configuration: BenchConfiguration
  /// `nil`: this machine has too few cores, the time is a prediction.
  package let trainMilliseconds: Double?
  package let predictedMilliseconds: Double
  /// Over the fewest threads of its curve, which is one, both measured or both predicted.
  package let speedUp: Double

  package var efficiency: Double { speedUp / Double(configuration.threads) }
}
