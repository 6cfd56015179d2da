import CKernels

/// The sum of the microbatches' gradients.
package enum SumKernel {
  /// sum[i] = blocks[0][i] + blocks[1][i] + …, from left to right for each element, for `range` alone.
  ///
  /// The order of additions depends on the number of blocks only, so the bits do not depend on how the
  /// vector was cut into ranges.
  ///
  /// - Parameters:
  ///   - blocks: the first element of the first block.
  ///   - count: blocks; at least 1.
  ///   - stride: elements from one block's start to the next one's.
  ///   - range: the elements of a block to sum.
  ///   - sum: the first element of a whole block; elements `range` are overwritten. May be `blocks`.
  package static func sum(
    blocks: UnsafePointer<Float>, count: Int, stride: Int, range: Range<Int>, into sum: UnsafeMutablePointer<Float>
  ) {
    precondition(count >= 1, "a sum of \(count) blocks")
    kernel_sum(blocks + range.lowerBound, count, stride, sum + range.lowerBound, range.count)
  }
}
