import PTrainCore

/// Training samples out of a ``RowCache``: any order, and nothing decoded from the second epoch on.
package final class CachedTrainingRows: TrainingRows, @unchecked Sendable {
  // Sendable: `order` changes in `begin` alone, between two runs of a team.
  private let cache: RowCache
  private let plan: EpochPlan
  private let conversion: RowConversion
  private let batchSize: Int
  private let usesThread: Bool
  private var thread: DecodeThread?
  private var order: [UInt32] = []
  private var preparedEpoch = -1

  package init(
    cache: RowCache, plan: EpochPlan, conversion: RowConversion, batchSize: Int, usesThread: Bool
  ) {
    self.cache = cache
    self.plan = plan
    self.conversion = conversion
    self.batchSize = batchSize
    self.usesThread = usesThread
  }

  package func begin(epoch: Int, at position: Int) throws(DatasetError) {
    if preparedEpoch != epoch {
      order = plan.samples(epoch: epoch)
      preparedEpoch = epoch
    }
    if usesThread, thread == nil { thread = try DecodeThread(cache) }
  }

  package func gather(
    _ positions: Range<Int>, minibatchStart: Int, into input: MatrixView, labels: UnsafeMutableBufferPointer<Int32>,
    by reader: LaneReader
  ) throws(DatasetError) {
    // Locals, so that references are counted once a call and not once a row.
    let (cache, order, sampleLabels) = (cache, order, cache.split.labels)
    let isComplete = cache.board.isReady(first: cache.board.frameCount)
    for row in 0..<positions.count {
      let position = positions.lowerBound + row
      let sample = Int(order[position])
      if !isComplete { try cache.require(cache.split.frame(ofSample: sample), by: reader) }
      conversion.convert(cache.row(sample), into: input.base + row * input.columns)
      labels[row] = sampleLabels[sample]
      let next = position + batchSize
      if next < order.count { conversion.prefetch(cache.row(Int(order[next]))) }
    }
  }

  package func end() {
    thread?.stop()
    thread = nil
  }
}
