import PTrainCore
import PTrainKernels
import PTrainNetwork
import PTrainParallel
import PTrainRanks

/// Each microbatch writes its whole gradient into a buffer of its own; a slice is summed across the
/// buffers in microbatch order. Any layer works; the oracle for the other way.
final class BufferedReduction: GradientReduction, @unchecked Sendable {
  // Sendable: see the protocol; a microbatch has its buffer, a slice its range of each.
  private let run: RunContext
  /// What each rank updates.
  private let ranks: SlicePlan
  /// What this process updates, cut for its lanes.
  private let own: [Range<Int>]
  private let gradients: FloatBuffer
  private let stride: Int

  /// - Throws: ``TrainingError/outOfRange(_:expected:)`` if the buffers exceed the machine's memory.
  init(_ run: RunContext, laneCount: Int) throws(TrainingError) {
    self.run = run
    let count = run.state.layout.count
    ranks = SlicePlan(count: count, sliceCount: run.share.count)
    own = Self.cut(run.share.rank < ranks.sliceCount ? ranks[run.share.rank] : 0..<0, laneCount: laneCount)
    stride = (count + SlicePlan.lineCount - 1) / SlicePlan.lineCount * SlicePlan.lineCount
    let (total, overflow) = stride.multipliedReportingOverflow(by: run.job.microbatchCount)
    guard !overflow, MachineMemory.holds(floats: total) else {
      throw .outOfRange(
        "\(run.job.microbatchCount) shards with a gradient of \(count) numbers each",
        expected:
          "gradients that fit the machine's \(MachineMemory.bytes >> 20) MiB: fewer shards, or the fused reduction")
    }
    gradients = FloatBuffer(count: total)
  }

  var slices: Range<Int> { own.indices }
  var firstLayerOutputs: [Range<Int>] { [] }

  /// Slices of `range` for `laneCount` lanes: one each, or four where each is worth claiming by itself. Sums and
  /// updates are elementwise, so the cut doesn't show in the result.
  private static func cut(_ range: Range<Int>, laneCount: Int) -> [Range<Int>] {
    guard !range.isEmpty else { return [] }
    let worthClaiming = 1 << 16
    let count = laneCount == 1 ? 1 : laneCount * (range.count >= worthClaiming * laneCount ? 4 : 1)
    return SlicePlan(count: range.count, sliceCount: count).ranges.map {
      (range.lowerBound + $0.lowerBound)..<(range.lowerBound + $0.upperBound)
    }
  }

  func backward(microbatch: Int, rows: Range<Int>, workspace: BatchWorkspace, reach: ((Int) -> Void)?) -> Double {
    let stages = run.network.denseStages
    return run.network.backward(
      parameters: UnsafePointer(run.state.parameters.base), workspace: workspace, rows: rows,
      gradient: gradients.base + microbatch * stride, sampleLimit: run.sampleLimit,
      stageDidEnd: reach.map { reach in
        { index in stages.firstIndex { $0.index == index }.map(reach) }
      })
  }

  /// Each stage's gradient, in the order in which they are formed.
  var marks: [GradientMark] { run.network.denseStages.map { .stage($0.index) } }

  func blocks(
    _ mark: GradientMark, of part: MinibatchPart, to receiver: Int, workspace: BatchWorkspace
  ) -> [MemoryBlock] {
    guard let stage = run.network.denseStage(at: mark) else { return [] }
    let ranges = parameterRanges(of: receiver).flatMap { wanted in
      stage.parameterRanges.map { $0.clamped(to: wanted) }.filter { !$0.isEmpty }
    }
    return part.microbatches.flatMap { microbatch in
      ranges.map { range in
        gradients.block((microbatch * stride + range.lowerBound)..<(microbatch * stride + range.upperBound))
      }
    }
  }

  func parameterRanges(of rank: Int) -> [Range<Int>] { rank < ranks.sliceCount ? [ranks[rank]] : [] }

  func readsInput(slice: Int) -> Bool { false }

  func update(slice: Int, _ minibatch: Minibatch, workspace: BatchWorkspace) {
    let range = own[slice]
    if minibatch.microbatchCount > 1 {
      SumKernel.sum(
        blocks: gradients.base, count: minibatch.microbatchCount, stride: stride, range: range, into: gradients.base)
    }
    run.update(range, gradient: gradients.base, step: minibatch.step)
  }
}

extension DenseStage {
  /// Where its weights and its bias lie in the block.
  fileprivate var parameterRanges: [Range<Int>] {
    OutputSlice(stage: self, outputs: 0..<outputs).ranges
  }
}
