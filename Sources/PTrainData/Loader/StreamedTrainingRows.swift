import PTrainCore

/// Training samples through a ``RowRing``: a shuffle window, whatever the size of the data.
package final class StreamedTrainingRows: TrainingRows, @unchecked Sendable {
  // Sendable: `ring` and `thread` change in `begin` and `end` alone, between two runs of a team.
  private let split: DatasetSplit
  private let plan: EpochPlan
  private let window: Int
  private let slotCount: Int
  private let slots: SlotMemory
  private let conversion: RowConversion
  private let batchSize: Int
  private let usesThread: Bool
  private var ring: RowRing?
  /// The samples of the epoch, in order.
  private var order: [UInt32] = []
  private var prepared: (epoch: Int, position: Int) = (-1, 0)
  private var thread: DecodeThread?

  /// - Parameter slotCount: rows that the ring holds, at least ``minimumSlotCount(window:batchSize:split:)``.
  package init(
    split: DatasetSplit, plan: EpochPlan, window: Int, slotCount: Int, conversion: RowConversion,
    batchSize: Int, usesThread: Bool
  ) {
    self.split = split
    self.plan = plan
    self.window = window
    self.slotCount = slotCount
    self.conversion = conversion
    self.batchSize = batchSize
    self.usesThread = usesThread
    slots = SlotMemory(slotCount: slotCount, sampleBytes: split.sampleBytes)
  }

  /// The fewest slots with which lanes can't come to a stop: the window, the minibatch whose slots aren't
  /// free yet, and the frame that holds the window's last row.
  package static func minimumSlotCount(window: Int, batchSize: Int, split: DatasetSplit) -> Int {
    window + batchSize + split.longestFrame
  }

  package func begin(epoch: Int, at position: Int) throws(DatasetError) {
    if ring != nil, prepared == (epoch, position) { return }
    end()
    let order = plan.windowOrder(epoch: epoch, window: window)
    let ring = RowRing(
      split: split,
      plan: RingPlan(
        picks: order.picks, frames: plan.streamFrames(of: order, split: split), window: window,
        slotCount: slotCount),
      picks: order.picks, slots: slots, position: position)
    self.ring = ring
    self.order = order.samples
    prepared = (epoch, position)
    if usesThread { thread = try DecodeThread(ring) }
  }

  package func gather(
    _ positions: Range<Int>, minibatchStart: Int, into input: MatrixView, labels: UnsafeMutableBufferPointer<Int32>,
    by reader: LaneReader
  ) throws(DatasetError) {
    guard let ring else { preconditionFailure("gather before begin") }
    try ring.require(outputsBefore: positions.upperBound, minibatchStart: minibatchStart, by: reader)
    for (row, position) in positions.enumerated() {
      conversion.convert(ring.row(position), into: input.base + row * input.columns)
      labels[row] = split.labels[Int(order[position])]
    }
  }

  package func end() {
    thread?.stop()
    thread = nil
    ring = nil
  }
}
