import PTrainCore

/// The matrices that a minibatch goes through, with one row for each of its samples: allocated once,
/// nothing is allocated in a step.
///
/// Several lanes work on it at once, each on rows of its own; when all of them are done, the rows of
/// the whole minibatch lie in one matrix for each stage.
///
/// Sendable without being checked, because its memory is reached through pointers: lanes must touch
/// disjoint rows, and read rows of others only after a synchronisation. The class itself is immutable.
package final class BatchWorkspace: @unchecked Sendable {
  /// Rows of each matrix.
  package let rows: Int
  /// The samples, `[rows, inputs]`.
  package let input: MatrixView
  /// The samples' classes, `[rows]`.
  package let labels: UnsafeMutableBufferPointer<Int32>
  /// What each stage gives, `[rows, width]`.
  package let outputs: [MatrixView]
  /// The loss's gradient at each stage, `[rows, width]`; see ``Network``.
  package let deltas: [MatrixView]
  /// What each dropout stage multiplied with, `[rows, width]`; empty for other stages.
  package let masks: [MatrixView]

  let transposedWeights: TransposedWeights

  private let firstLabel: UnsafeMutablePointer<Int32>
  private let block: FloatBuffer
  /// Whose outputs, deltas and masks these are, if not the workspace's own.
  private let owner: BatchWorkspace?

  /// A workspace for minibatches of up to `rows` samples, all zero.
  ///
  /// - Throws: ``ModelError/tooLarge(what:)`` if it exceeds the machine's memory.
  package init(for network: Network, rows: Int) throws(ModelError) {
    guard rows >= 1, rows <= Int(Int32.max) else {
      throw .hyperparameter(name: "batch size", value: Double(rows), expected: "1 to \(Int32.max)")
    }
    let widths = network.stages.map(\.width)
    let maskWidths = network.stages.map { stage in if case .dropout = stage { stage.width } else { 0 } }
    var plan = BlockPlan(rows: rows)
    let places = ([network.inputCount] + widths + widths + maskWidths).map { plan.append(width: $0) }
    guard let count = plan.count, MachineMemory.holds(floats: count) else {
      throw .tooLarge(what: "a minibatch of \(rows) samples")
    }
    let block = FloatBuffer(count: count)
    let matrices = places.map { block.matrix(offset: $0.offset, rows: rows, columns: $0.width) }
    self.rows = rows
    self.block = block
    transposedWeights = TransposedWeights(of: network.stages)
    owner = nil
    let stages = network.stages.count
    input = matrices[0]
    outputs = Array(matrices[1..<(1 + stages)])
    deltas = Array(matrices[(1 + stages)..<(1 + 2 * stages)])
    masks = Array(matrices[(1 + 2 * stages)...])
    firstLabel = .allocate(capacity: rows)
    firstLabel.initialize(repeating: 0, count: rows)
    labels = UnsafeMutableBufferPointer(start: firstLabel, count: rows)
  }

  /// A workspace with samples and labels of its own, and `other`'s outputs, deltas and masks.
  ///
  /// A lane that reads the whole minibatch's samples has them in its own cache this way: to convert a
  /// sample again is faster than to read it from another core's cache.
  package init(sharing other: BatchWorkspace, for network: Network) {
    rows = other.rows
    outputs = other.outputs
    deltas = other.deltas
    masks = other.masks
    owner = other
    transposedWeights = TransposedWeights(of: network.stages)
    block = FloatBuffer(count: other.input.count)
    input = block.matrix(rows: rows, columns: other.input.columns)
    firstLabel = .allocate(capacity: rows)
    firstLabel.initialize(repeating: 0, count: rows)
    labels = UnsafeMutableBufferPointer(start: firstLabel, count: rows)
  }

  deinit { firstLabel.deallocate() }

  /// The first label from row `row` on.
  func labels(from row: Int) -> UnsafeMutablePointer<Int32> { firstLabel + row }

  /// The matrix that stage `index` reads.
  package func input(ofStage index: Int) -> MatrixView { index == 0 ? input : outputs[index - 1] }
}

/// Places of matrices in one block, each from a cache line on; `count` is `nil` after an overflow.
private struct BlockPlan {
  let rows: Int
  private(set) var count: Int? = 0

  init(rows: Int) { self.rows = rows }

  mutating func append(width: Int) -> (offset: Int, width: Int) {
    let offset = count ?? 0
    let (elements, overflow) = rows.multipliedReportingOverflow(by: width)
    let (end, endOverflow) = offset.addingReportingOverflow(elements)
    let line = FloatBuffer.alignment / MemoryLayout<Float>.stride
    let fits = !overflow && !endOverflow && end <= Int.max - line && count != nil
    count = fits ? (end + line - 1) / line * line : nil
    return (offset, width)
  }
}
