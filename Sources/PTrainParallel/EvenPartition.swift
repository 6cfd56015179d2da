/// `0..<count` cut into `parts` contiguous ranges whose lengths differ by at most one.
///
/// A pure value: nothing about lanes or time enters it.
package struct EvenPartition: Equatable, Sendable {
  package let count: Int
  package let parts: Int

  /// - Precondition: `count` ≥ 0, `parts` ≥ 1.
  package init(count: Int, parts: Int) {
    precondition(count >= 0 && parts >= 1, "\(count) elements in \(parts) parts")
    self.count = count
    self.parts = parts
  }

  /// Part number `part`; empty if there are more parts than elements and this is one of the spare ones.
  package subscript(part: Int) -> Range<Int> {
    let (quotient, remainder) = count.quotientAndRemainder(dividingBy: parts)
    let start = part * quotient + min(part, remainder)
    return start..<(start + quotient + (part < remainder ? 1 : 0))
  }

  package var ranges: [Range<Int>] { (0..<parts).map { self[$0] } }
}

/// How a minibatch is cut into microbatches: one slice of its rows for each, in order.
///
/// The job's `count` decides it, never the number of lanes. The last, short minibatch of an epoch has a
/// plan of its own for its smaller `batchSize`, of the same `count`.
package struct MicrobatchPlan: Equatable, Sendable {
  private let partition: EvenPartition

  package init(batchSize: Int, count: Int) {
    partition = EvenPartition(count: batchSize, parts: count)
  }

  package var batchSize: Int { partition.count }
  package var count: Int { partition.parts }

  /// Microbatches that hold a row; they come first.
  package var filledCount: Int { min(count, batchSize) }

  /// The rows of microbatch `index`.
  package subscript(index: Int) -> Range<Int> { partition[index] }

  package var ranges: [Range<Int>] { partition.ranges }
}

/// How a flat block of parameters is cut into slices, each reduced and updated by one lane.
///
/// Boundaries lie on cache lines, so that two lanes never write to one. The update is elementwise: the
/// result doesn't depend on the cut.
package struct SlicePlan: Equatable, Sendable {
  /// `Float`s in a cache line.
  package static let lineCount = 16

  package let count: Int
  private let lines: EvenPartition

  /// About `sliceCount` slices of `count` elements; fewer if there are fewer cache lines.
  package init(count: Int, sliceCount: Int) {
    self.count = count
    let lineTotal = (count + Self.lineCount - 1) / Self.lineCount
    lines = EvenPartition(count: lineTotal, parts: max(1, min(sliceCount, lineTotal)))
  }

  package var sliceCount: Int { lines.parts }

  package subscript(index: Int) -> Range<Int> {
    let range = lines[index]
    return (range.lowerBound * Self.lineCount)..<min(range.upperBound * Self.lineCount, count)
  }

  package var ranges: [Range<Int>] { (0..<sliceCount).map { self[$0] } }
}
