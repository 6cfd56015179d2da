import PTrainCore
import PTrainNetwork
import PTrainRanks

/// An optimizer step's side of the other ranks: what is this rank's to do, and what is exchanged when.
///
/// In the course of a step its methods are called by one task each, in the order of the phases; only
/// ``reach(mark:)`` by all lanes at once.
final class StepRanks: @unchecked Sendable {
  // Sendable: the team orders the phases, and what changes here does so in a phase of one task.
  private let context: StepExchangeContext
  private let exchanges: [Int: StepExchange]
  private let parameters: RankExchange
  private let optimizerState: RankExchange?
  /// Whether each rank wants to stop, each on a cache line of its own.
  private let stops: UnsafeMutablePointer<Int>
  private static let stride = 64 / MemoryLayout<Int>.stride
  /// All ranks stop before the next step.
  private(set) var isStopAgreed = false

  private var share: RankShare { context.share }

  /// - Parameter records: of the microbatches, which all ranks get to know.
  init(_ run: RunContext, _ reduction: any GradientReduction, _ workspace: BatchWorkspace, records: MicrobatchRecords) {
    let context = StepExchangeContext(
      group: run.group, share: run.share, microbatchCount: run.job.microbatchCount, reduction: reduction,
      workspace: workspace)
    let count = run.share.count
    let stops = UnsafeMutablePointer<Int>.allocate(capacity: count * Self.stride)
    stops.initialize(repeating: 0, count: count * Self.stride)
    let batch = min(run.job.batchSize, run.trainingCount)
    let isLayered = run.exchangeMode.isLayered(bytesPerRank: context.byteCount(sampleCount: batch) / count)
    let sampleCounts = Set([batch, run.trainingCount - (run.stepsPerEpoch - 1) * batch])
    exchanges = Dictionary(
      uniqueKeysWithValues: sampleCounts.map { sampleCount in
        let exchange = StepExchange(context, sampleCount: sampleCount, isLayered: isLayered) { part, sender in
          let stop = MemoryBlock(stops + sender * Self.stride, byteCount: MemoryLayout<Int>.stride)
          return records.blocks(of: part.microbatches) + [stop]
        }
        return (sampleCount, exchange)
      })
    parameters = Self.parameters(context, run.state)
    optimizerState = run.state.optimizerStateNames.isEmpty ? nil : Self.optimizerState(context, run.state)
    self.context = context
    self.stops = stops
  }

  /// From each rank to all others, what it updates.
  private static func parameters(_ context: StepExchangeContext, _ state: TrainingState) -> RankExchange {
    let part = context.part(arrivals: 1) { sender, _ in
      context.reduction.parameterRanges(of: sender).map { state.parameters.block($0) }
    }
    return RankExchange(context.group, parts: [part])
  }

  /// From each rank to rank 0, the state that belongs to what it updates.
  private static func optimizerState(_ context: StepExchangeContext, _ state: TrainingState) -> RankExchange {
    let part = context.part(arrivals: 1) { sender, receiver in
      guard receiver == 0 else { return [] }
      return state.optimizerStateNames.indices.flatMap { block in
        context.reduction.parameterRanges(of: sender).map { range in
          state.optimizerState.block(range.shifted(by: block * state.layout.count))
        }
      }
    }
    return RankExchange(context.group, parts: [part])
  }

  deinit { stops.deallocate() }

  /// The outputs of the first layer that this rank formed go out, and those of its rows come in.
  func exchangeFirstLayer(sampleCount: Int) { exchanges[sampleCount]?.firstLayer?.runAtOnce() }

  /// From now on marks are sent when they are reached.
  func beginGradients(sampleCount: Int) { exchanges[sampleCount]?.gradients.begin() }

  func reach(mark: Int, sampleCount: Int) { exchanges[sampleCount]?.reach(mark: mark) }

  /// All microbatches of this rank are done: returns when those of the others are, and their outcomes are here.
  func finishGradients(sampleCount: Int, wantsToStop: Bool) {
    guard let exchange = exchanges[sampleCount] else { return }
    stops[share.rank * Self.stride] = wantsToStop ? 1 : 0
    exchange.gradients.arrive(part: exchange.lastPart)
    exchange.gradients.wait()
    isStopAgreed = (0..<share.count).contains { stops[$0 * Self.stride] != 0 }
  }

  /// The parameters that this rank updated go out, those of the others come in.
  func exchangeParameters() { parameters.runAtOnce() }

  /// Rank 0 gets the optimizer's state of all ranks' slices. Between two runs of the team.
  func gatherOptimizerState() { optimizerState?.runAtOnce() }

  /// Times since the last call.
  func takeTimes() -> ExchangeTimes {
    var times = ExchangeTimes()
    let inSteps = exchanges.values.flatMap { [$0.firstLayer, $0.gradients].compactMap(\.self) }
    for exchange in inSteps + [parameters] { times += exchange.takeTimes() }
    return times
  }
}

extension RankExchange {
  /// Begins a run whose one part is ready, and waits for it.
  fileprivate func runAtOnce() {
    begin()
    arrive(part: 0)
    wait()
  }
}

extension FloatBuffer {
  /// The memory of some elements.
  func block(_ range: Range<Int>) -> MemoryBlock {
    MemoryBlock(base + range.lowerBound, byteCount: range.count * MemoryLayout<Float>.stride)
  }
}

extension Range<Int> {
  fileprivate func shifted(by offset: Int) -> Range<Int> { (lowerBound + offset)..<(upperBound + offset) }
}
