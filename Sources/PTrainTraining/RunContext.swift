import PTrainCore
import PTrainData
import PTrainNetwork
import PTrainRanks

/// What the steps of a run work with.
struct RunContext: Sendable {
  let job: Job
  let network: Network
  let rule: UpdateRule
  let state: TrainingState
  /// The training samples, in each epoch's order.
  let rows: any TrainingRows
  /// Samples that are trained on, once an epoch.
  let trainingCount: Int
  /// One for each lane.
  let readers: [LaneReader]
  /// No element of a sample is greater.
  let sampleLimit: Float
  /// The processes that train together.
  let group: RankGroup
  let exchangeMode: ExchangeMode

  var share: RankShare { RankShare(rank: group.rank, count: group.count) }

  var stepsPerEpoch: Int { (trainingCount + job.batchSize - 1) / job.batchSize }
}
