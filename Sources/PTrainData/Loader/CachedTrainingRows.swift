import PTrainCore

/// Training samples out of a ``RowCache``: any order, and nothing decoded from the second epoch on.
package final class CachedTrainingRows: TrainingRows, @unchecked Sendable {
  // Sendable: what changes does so in `begin` alone, between two runs of a team.
  private let cache: RowCache
  private let plan: EpochPlan
  private let conversion: RowConversion
  private let batchSize: Int
  private let usesThread: Bool
  private var thread: DecodeThread?
  private var preparedEpoch = -1
  /// Whether every frame was decoded when the epoch began.
  private var isComplete = false
  // Plain memory, because lanes would slow each other down by counting references to arrays.
  private let order: UnsafeMutableBufferPointer<UInt32>
  private let sampleLabels: UnsafeMutableBufferPointer<Int32>
  private let rows: UnsafePointer<UInt8>
  private let sampleBytes: Int

  package init(
    cache: RowCache, plan: EpochPlan, conversion: RowConversion, batchSize: Int, usesThread: Bool
  ) {
    self.cache = cache
    self.plan = plan
    self.conversion = conversion
    self.batchSize = batchSize
    self.usesThread = usesThread
    order = .allocate(capacity: plan.trainingCount)
    order.initialize(repeating: 0)
    sampleLabels = .allocate(capacity: plan.trainingCount)
    _ = sampleLabels.initialize(fromContentsOf: cache.split.labels.prefix(plan.trainingCount))
    rows = cache.row(0)
    sampleBytes = cache.split.sampleBytes
  }

  deinit {
    order.deallocate()
    sampleLabels.deallocate()
  }

  package func begin(epoch: Int, at position: Int) throws(DatasetError) {
    if preparedEpoch != epoch {
      _ = order.update(from: plan.samples(epoch: epoch))
      isComplete = cache.board.isReady(first: cache.board.frameCount)
      preparedEpoch = epoch
    }
    if usesThread, thread == nil { thread = try DecodeThread(cache) }
  }

  package func gather(
    _ positions: Range<Int>, minibatchStart: Int, into input: MatrixView, labels: UnsafeMutableBufferPointer<Int32>,
    by reader: LaneReader
  ) throws(DatasetError) {
    for row in 0..<positions.count {
      let position = positions.lowerBound + row
      let sample = Int(order[position])
      if !isComplete { try cache.require(cache.split.frame(ofSample: sample), by: reader) }
      conversion.convert(rows + sample * sampleBytes, into: input.base + row * input.columns)
      labels[row] = sampleLabels[sample]
      let next = position + batchSize
      if next < order.count { conversion.prefetch(rows + Int(order[next]) * sampleBytes) }
    }
  }

  package func end() {
    thread?.stop()
    thread = nil
  }
}
