import PTrainCore
import PTrainNetwork
import PTrainParallel
import PTrainRanks

/// When something of a microbatch's gradient is there to be sent.
enum GradientMark: Equatable, Sendable {
  /// The forward pass is over, the loss included.
  case forward
  /// The dense stage with this place among the stages has its delta, or its gradient.
  case stage(Int)
}

/// What the ranks tell each other in steps of a certain number of samples, prepared once.
///
/// Nothing is summed on the way. Each rank receives what the slices that it owns are made of, from all other
/// ranks, and forms and sums them in the job's order: the bits are those of one process.
final class StepExchange: Sendable {
  /// The outputs of the first layer that other ranks formed, for this rank's rows; `nil` without such a phase.
  let firstLayer: RankExchange?
  /// What this rank's slices are made of.
  let gradients: RankExchange
  /// The part that goes last: its ``RankExchange/arrive(part:)`` is called once, when all else is done.
  let lastPart: Int
  /// The part that each of the reduction's marks is sent with; ``lastPart`` for those that wait for the end.
  private let partOfMark: [Int]

  /// - Parameters:
  ///   - isLayered: whether each mark is sent as soon as it is reached, beside the computing; else all at the end.
  ///   - closing: what each rank tells all others at the end.
  init(
    _ context: StepExchangeContext, sampleCount: Int, isLayered: Bool, closing: (MinibatchPart, Int) -> [MemoryBlock]
  ) {
    let plan = MicrobatchPlan(batchSize: sampleCount, count: context.microbatchCount)
    let parts = (0..<context.share.count).map { context.share.minibatchPart(of: $0, plan) }
    let marks = context.reduction.marks
    firstLayer = context.firstLayer(parts, rows: 0..<sampleCount)
    // The last mark is reached when the microbatches are done: it goes with the end.
    let early = isLayered ? max(0, marks.count - 1) : 0
    partOfMark = marks.indices.map { min($0, early) }
    lastPart = early
    let own = parts[context.share.rank].microbatches.count
    var exchanged = marks[..<early].map { mark in
      context.part(arrivals: own) { sender, receiver in context.blocks(mark, parts[sender], to: receiver) }
    }
    exchanged.append(
      context.part(arrivals: 1) { sender, receiver in
        marks[early...].flatMap { context.blocks($0, parts[sender], to: receiver) } + closing(parts[sender], sender)
      })
    gradients = RankExchange(context.group, parts: exchanged)
  }

  /// A microbatch of this rank has reached the reduction's mark number `mark`. For any lane.
  func reach(mark: Int) {
    guard partOfMark[mark] < lastPart else { return }
    gradients.arrive(part: partOfMark[mark])
  }
}

/// What exchanges of steps are made from.
struct StepExchangeContext {
  let group: RankGroup
  let share: RankShare
  let microbatchCount: Int
  let reduction: any GradientReduction
  let workspace: BatchWorkspace

  /// What `mark` brings from the rank that works on `part` to `receiver`.
  func blocks(_ mark: GradientMark, _ part: MinibatchPart, to receiver: Int) -> [MemoryBlock] {
    part.rows.isEmpty ? [] : reduction.blocks(mark, of: part, to: receiver, workspace: workspace)
  }

  /// The bytes that all ranks together send for the marks of a minibatch of `sampleCount` samples.
  func byteCount(sampleCount: Int) -> Int {
    let plan = MicrobatchPlan(batchSize: sampleCount, count: microbatchCount)
    var total = 0
    for sender in 0..<share.count {
      for receiver in 0..<share.count where receiver != sender {
        for mark in reduction.marks {
          let blocks = blocks(mark, share.minibatchPart(of: sender, plan), to: receiver)
          total += blocks.reduce(0) { $0 + $1.byteCount }
        }
      }
    }
    return total
  }

  /// A part of an exchange in which `blocks(sender, receiver)` goes from rank to rank. The blocks of both sides
  /// lie at the same places of their own memory, so one function tells both.
  func part(arrivals: Int, _ blocks: (_ sender: Int, _ receiver: Int) -> [MemoryBlock]) -> ExchangePart {
    let peers = 0..<share.count
    return ExchangePart(
      sends: peers.map { $0 == share.rank ? [] : blocks(share.rank, $0) },
      receives: peers.map { $0 == share.rank ? [] : blocks($0, share.rank) }, arrivals: arrivals)
  }

  fileprivate func firstLayer(_ parts: [MinibatchPart], rows: Range<Int>) -> RankExchange? {
    let tasks = reduction.firstLayerOutputs
    guard !tasks.isEmpty else { return nil }
    let output = workspace.outputs[0]
    let part = part(arrivals: 1) { sender, receiver in
      share.part(of: sender, of: tasks.count).flatMap { output.blocks(rows: parts[receiver].rows, columns: tasks[$0]) }
    }
    return RankExchange(group, parts: [part])
  }
}

extension MatrixView {
  /// The memory of some columns of some rows: one block if they are all the columns.
  func blocks(rows: Range<Int>, columns range: Range<Int>) -> [MemoryBlock] {
    let width = MemoryLayout<Float>.stride
    if rows.isEmpty || range.isEmpty { return [] }
    if range == 0..<columns {
      return [MemoryBlock(base + rows.lowerBound * columns, byteCount: rows.count * columns * width)]
    }
    return rows.map { MemoryBlock(base + $0 * columns + range.lowerBound, byteCount: range.count * width) }
  }
}
