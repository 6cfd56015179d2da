/// Where each row of a shuffle window lies while it waits to be used: a pure plan for one epoch.
///
/// The epoch's samples come as a *stream* of frames. Output `i` takes the row at stream position
/// `picks[i]` < `i + window`. A ring of `slotCount` rows holds the window and what was decoded ahead: row
/// `q` of the stream goes to slot `q` while there are fresh ones, then to the slot that output
/// `q − slotCount` has left.
package struct RingPlan: Sendable {
  /// Part of a frame that belongs to the stream.
  package struct Frame: Equatable, Sendable {
    /// Number of the frame in its split.
    package let index: Int
    /// First row that counts, inside the frame.
    package let firstRow: Int
    /// Where the rows come in the stream.
    package let stream: Range<Int>
  }

  package let frames: [Frame]
  package let window: Int
  package let slotCount: Int
  /// `outputSlots[i]`: the slot that holds output `i`'s row.
  package let outputSlots: [UInt32]
  /// `streamSlots[q]`: the slot that row `q` of the stream is put into.
  package let streamSlots: [UInt32]

  /// - Parameters:
  ///   - picks: stream position of each output, with `picks[i] < i + window`.
  ///   - slotCount: at least `window`.
  package init(picks: [UInt32], frames: [Frame], window: Int, slotCount: Int) {
    precondition(slotCount >= window, "\(slotCount) slots for a window of \(window)")
    let count = picks.count
    var streamSlots = [UInt32](repeating: 0, count: count)
    var outputSlots = [UInt32](repeating: 0, count: count)
    for position in 0..<min(slotCount, count) { streamSlots[position] = UInt32(position) }
    for output in 0..<count {
      outputSlots[output] = streamSlots[Int(picks[output])]
      if output + slotCount < count { streamSlots[output + slotCount] = outputSlots[output] }
    }
    self.frames = frames
    self.window = window
    self.slotCount = slotCount
    self.streamSlots = streamSlots
    self.outputSlots = outputSlots
  }

  /// How many leading frames must be decoded before the outputs before `end` can be taken.
  package func framesNeeded(forOutputsBefore end: Int) -> Int {
    frames.partitioningIndex { $0.stream.lowerBound >= end - 1 + window }
  }

  /// How many leading frames there is room for once all outputs before `consumed` are taken.
  package func framesWithRoom(consumed: Int) -> Int {
    frames.partitioningIndex { $0.stream.upperBound > consumed + slotCount }
  }
}

extension Array {
  /// The index of the first element for which `belongsInSecondPart` holds, if it holds for all after it.
  fileprivate func partitioningIndex(where belongsInSecondPart: (Element) -> Bool) -> Int {
    var lower = 0
    var upper = count
    while lower < upper {
      let middle = (lower + upper) / 2
      if belongsInSecondPart(self[middle]) { upper = middle } else { lower = middle + 1 }
    }
    return lower
  }
}
