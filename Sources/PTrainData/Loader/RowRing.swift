import PTrainCore
import Synchronization

/// One epoch's stream of rows through a bounded ring of slots.
///
/// Frames are decoded in stream order by whoever has time: the loader's own thread, or a lane that would
/// otherwise wait. A frame may be decoded once the outputs that held its slots have been taken; lanes say
/// how far they are when they begin a minibatch.
package final class RowRing: FrameQueue, @unchecked Sendable {
  // Sendable: a slot is written by the one thread that claimed its frame, after `consumed` was acquired
  // past the output that held it, and read after `board` says that the frame is ready.
  package let split: DatasetSplit
  private let plan: RingPlan
  private let slots: SlotMemory
  private let board: FrameBoard
  private let consumed: Atomic<Int>
  /// Rows of the stream that an output before the ring's start took; empty if it starts at 0.
  private let isSpent: [Bool]

  /// - Parameter position: outputs before it are not wanted any more (a resumed epoch).
  package init(
    split: DatasetSplit, plan: RingPlan, picks: [UInt32], slots: SlotMemory, position: Int
  ) {
    self.split = split
    self.plan = plan
    self.slots = slots
    board = FrameBoard(frameCount: plan.frames.count)
    consumed = Atomic(position)
    var isSpent = position > 0 ? [Bool](repeating: false, count: picks.count) : []
    for output in 0..<position { isSpent[Int(picks[output])] = true }
    self.isSpent = isSpent
  }

  /// Returns when the rows of all outputs before `end` are there. All outputs before `minibatchStart`
  /// have been taken.
  package func require(
    outputsBefore end: Int, minibatchStart: Int, by reader: LaneReader
  ) throws(DatasetError) {
    if consumed.load(ordering: .relaxed) < minibatchStart {
      // Releases the reads of the minibatches before, which this lane has acquired, to the decoders.
      consumed.max(minibatchStart, ordering: .releasing)
    }
    let needed = plan.framesNeeded(forOutputsBefore: end)
    if board.isReady(first: needed) { return }
    try reader.wait(
      until: { board.isReady(first: needed) || board.failure.isReadable },
      helping: { () throws(DatasetError) in try decodeAhead(by: reader) == .decoded })
    if let error = board.failure.error { throw error }
  }

  /// The row of output `position`, whose frame is there.
  package func row(_ position: Int) -> UnsafePointer<UInt8> {
    slots.row(Int(plan.outputSlots[position]))
  }

  package func decodeAhead(by reader: LaneReader) throws(DatasetError) -> FrameQueueState {
    let limit = plan.framesWithRoom(consumed: consumed.load(ordering: .acquiring))
    guard let frame = board.claimNext(before: limit) else {
      return limit < plan.frames.count ? .full : .finished
    }
    do throws(DatasetError) {
      try decode(plan.frames[frame], by: reader)
    } catch {
      board.failure.record(error)
      throw error
    }
    board.markReady(frame)
    return .decoded
  }

  private func decode(_ frame: RingPlan.Frame, by reader: LaneReader) throws(DatasetError) {
    let wanted = frame.stream.filter { isSpent.isEmpty || !isSpent[$0] }
    guard !wanted.isEmpty else { return }
    let decoded = try reader.decode(frame.index, of: split)
    for position in wanted {
      let row = frame.firstRow + position - frame.stream.lowerBound
      slots.put(decoded + row * split.sampleBytes, into: Int(plan.streamSlots[position]))
    }
  }
}

/// The bytes of a fixed number of rows.
package final class SlotMemory: @unchecked Sendable {
  // Sendable: see ``RowRing``, which says who may touch which slot when.
  private let bytes: UnsafeMutablePointer<UInt8>
  private let sampleBytes: Int

  package init(slotCount: Int, sampleBytes: Int) {
    self.sampleBytes = sampleBytes
    bytes = .allocate(capacity: max(1, slotCount * sampleBytes))
  }

  deinit { bytes.deallocate() }

  package func row(_ slot: Int) -> UnsafePointer<UInt8> { UnsafePointer(bytes + slot * sampleBytes) }

  package func put(_ row: UnsafePointer<UInt8>, into slot: Int) {
    (bytes + slot * sampleBytes).update(from: row, count: sampleBytes)
  }
}
