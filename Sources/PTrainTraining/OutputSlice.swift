import PTrainNetwork
import PTrainParallel

/// Some outputs of a dense layer: rows of its weights and elements of its bias.
package struct OutputSlice: Equatable, Sendable {
  let stage: DenseStage
  let outputs: Range<Int>

  /// Where the slice's parameters lie in the block.
  var ranges: [Range<Int>] {
    let weights = stage.weightOffset + outputs.lowerBound * stage.inputs
    let weightRange = weights..<(weights + outputs.count * stage.inputs)
    guard let biasOffset = stage.biasOffset else { return [weightRange] }
    return [weightRange, (biasOffset + outputs.lowerBound)..<(biasOffset + outputs.upperBound)]
  }

  /// The first layer's outputs that are formed for a whole minibatch at once, a range for each task; empty if
  /// each microbatch forms its own. A pure function of the job, as the shapes of the products depend on it.
  ///
  /// Where that layer holds most of the parameters, the ranges are those of `slices`: a lane multiplies with
  /// the weights that it updated last, and they stay in its cache. Where it is wide and microbatches are thin,
  /// the ranges are even: OpenBLAS packs its factors, and thin products pack all the weights for a few rows.
  static func firstLayer(of slices: [[OutputSlice]], batchSize: Int, microbatchCount: Int) -> [Range<Int>] {
    let all = slices.joined()
    let first = all.filter { $0.stage.index == 0 }
    let count = { (parts: [OutputSlice]) in parts.reduce(0) { $0 + $1.outputs.count * $1.stage.inputs } }
    guard let stage = first.first?.stage, first.count > 1 else { return [] }
    if count(first) * 4 >= count(Array(all)) * 3 { return first.map(\.outputs) }
    let parts = min(microbatchCount, stage.outputs / fewestOutputs)
    guard parts > 1, batchSize / microbatchCount <= thinRows else { return [] }
    return EvenPartition(count: stage.outputs, parts: parts).ranges
  }

  /// The length of what ``firstLayer(of:batchSize:microbatchCount:)`` gives for a fused step of `network`.
  package static func firstLayerTaskCount(_ network: Network, batchSize: Int, microbatchCount: Int) -> Int {
    firstLayer(
      of: plan(network.denseStages, sliceCount: microbatchCount), batchSize: batchSize,
      microbatchCount: microbatchCount
    ).count
  }

  /// Rows up to which a product by microbatches is slower than one by outputs: 64 × 512 × 784 runs at 192 GFLOP/s
  /// where 128 × 256 × 784 runs at 210, and 16 × 512 × 784 at 107 where 128 × 64 × 784 runs at 188.
  private static let thinRows = 64
  /// Outputs of a range, at least.
  private static let fewestOutputs = 32

  /// Fewest parameters of a slice: below, claiming it costs more than it spares.
  private static let leastParameters = 4000

  /// All outputs of `stages`, dealt to about `sliceCount` slices of about the same number of parameters,
  /// in order. A pure function of the model and the count: the shapes of the products depend on it.
  static func plan(_ stages: [DenseStage], sliceCount: Int) -> [[OutputSlice]] {
    let total = stages.reduce(0) { $0 + $1.outputs * $1.inputs }
    let count = max(1, min(sliceCount, total / leastParameters))
    var slices: [[OutputSlice]] = []
    var current: [OutputSlice] = []
    var dealt = 0
    for stage in stages {
      var first = 0
      while first < stage.outputs {
        // As many outputs as bring the slices so far nearest to their share of the total.
        let share = total * (slices.count + 1) / count - dealt
        let wanted = max(1, (share + stage.inputs / 2) / stage.inputs)
        let end = slices.count == count - 1 ? stage.outputs : min(stage.outputs, first + wanted)
        current.append(OutputSlice(stage: stage, outputs: first..<end))
        dealt += (end - first) * stage.inputs
        first = end
        if slices.count < count - 1, dealt + stage.inputs / 2 >= total * (slices.count + 1) / count {
          slices.append(current)
          current = []
        }
      }
    }
    if !current.isEmpty { slices.append(current) }
    return slices
  }
}
