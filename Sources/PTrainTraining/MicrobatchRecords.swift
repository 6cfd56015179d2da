import PTrainKernels
import PTrainNetwork
import PTrainRanks

/// What a microbatch tells of itself before the step's update is made.
struct MicrobatchRecord {
  var sum = LossSum()
  /// See ``GradientBound``.
  var gradientBound = 0.0

  /// The sum, if the loss is finite and every sum of the gradient is sure to be: slices update their parameters
  /// one by one, so it is decided before any does, by the bound and not by the gradient itself.
  var finiteSum: LossSum? { sum.loss.isFinite && gradientBound < GradientBound.limit ? sum : nil }
}

/// The record of each microbatch of the step under way, one after the other, each on a cache line of its own.
final class MicrobatchRecords {
  static let lineBytes = 64
  let base: UnsafeMutableRawPointer

  init(count: Int) {
    base = .allocate(byteCount: count * Self.lineBytes, alignment: Self.lineBytes)
    base.initializeMemory(as: UInt8.self, repeating: 0, count: count * Self.lineBytes)
  }

  deinit { base.deallocate() }

  subscript(microbatch: Int) -> MicrobatchRecord {
    get { base.load(fromByteOffset: microbatch * Self.lineBytes, as: MicrobatchRecord.self) }
    set { base.storeBytes(of: newValue, toByteOffset: microbatch * Self.lineBytes, as: MicrobatchRecord.self) }
  }

  /// Where those of `microbatches` lie.
  func blocks(of microbatches: Range<Int>) -> [MemoryBlock] {
    [
      MemoryBlock(
        base + microbatches.lowerBound * Self.lineBytes, byteCount: microbatches.count * Self.lineBytes)
    ]
  }

  /// The sum over the first `count` microbatches, in order.
  func total(first count: Int) -> MicrobatchRecord {
    (0..<count).reduce(into: MicrobatchRecord()) { total, microbatch in
      total.sum = total.sum + self[microbatch].sum
      total.gradientBound += self[microbatch].gradientBound
    }
  }
}
