import PTrainData
import PTrainParallel
import PTrainTraining

/// How samples come to the lanes.
package enum BenchMode: String, CaseIterable, Sendable {
  /// All decoded samples stay in memory.
  case cached
  /// The memory budget is half of the decoded samples: they are decoded anew in each epoch.
  case streaming

  /// The memory budget that makes `dataset` take this mode.
  package func memoryBudget(for dataset: Dataset) -> Int {
    switch self {
    case .cached: max(Execution.defaultMemoryBudget, RowCache.payloadBytes(of: dataset.train))
    case .streaming: RowCache.payloadBytes(of: dataset.train) / 2
    }
  }
}

/// One thing to time.
package struct BenchConfiguration: Equatable, Sendable {
  package let job: BenchJob
  package let threads: Int
  /// Microbatches of a minibatch.
  package let shards: Int
  package let reduction: Reduction
  package let mode: BenchMode

  package init(job: BenchJob, threads: Int, shards: Int, reduction: Reduction, mode: BenchMode) {
    self.job = job
    self.threads = threads
    self.shards = shards
    self.reduction = reduction
    self.mode = mode
  }

  /// Lanes that run at once on this machine.
  package var laneCount: Int { ProcessorAffinity.laneCount(threads: threads) }

  /// `reference, 2 threads, 2 shards, buffered, cached`.
  package var title: String {
    "\(job.name), \(threads) threads, \(shards) shards, \(reduction.rawValue), \(mode.rawValue)"
  }

  /// The same with other threads, and other shards if those follow the threads.
  package func withThreads(_ count: Int) -> BenchConfiguration {
    BenchConfiguration(
      job: job, threads: count, shards: shards == threads ? count : shards, reduction: reduction, mode: mode)
  }

  /// Whether the two differ in threads alone.
  package func isOnCurve(of other: BenchConfiguration) -> Bool { withThreads(other.threads) == other }

  /// The training run that is timed.
  package func trainingJob(on dataset: Dataset) -> Job {
    Job(
      dataset: dataset, model: job.model(for: dataset.description), optimizer: job.optimizer,
      batchSize: job.batchSize, validationSplit: job.validationSplit,
      shuffle: .default(for: dataset, memoryBudget: mode.memoryBudget(for: dataset)), microbatchCount: shards,
      reduction: reduction)
  }
}

/// What is timed, and how often.
package struct BenchPlan: Equatable, Sendable {
  package var jobs: [BenchJob] = [.reference]
  package var threads: [Int] = [1, 2, 8]
  /// Microbatches of a minibatch; `nil` for as many as threads.
  package var shards: Int?
  package var reductions: [Reduction] = Reduction.allCases
  package var modes: [BenchMode] = [.cached]
  package var rounds = 5
  /// Of each round; the first of several only warms up.
  package var epochs = 2

  package init() {}

  /// Each combination once, in the order of the lists.
  package var configurations: [BenchConfiguration] {
    jobs.flatMap { job in
      modes.flatMap { mode in
        reductions.flatMap { reduction in
          threads.map { threads in
            BenchConfiguration(
              job: job, threads: threads, shards: shards ?? threads, reduction: reduction, mode: mode)
          }
        }
      }
    }
  }

  /// The order in which `round` takes the configurations, by index: each round begins with another one, so that
  /// none always runs after the same neighbour's first.
  package func order(round: Int) -> [Int] {
    let count = configurations.count
    return (0..<count).map { ($0 + round) % count }
  }
}
