import PTrainNetwork

/// Some outputs of a dense layer: rows of its weights and elements of its bias.
struct OutputSlice: Equatable, Sendable {
  let stage: DenseStage
  let outputs: Range<Int>

  /// Where the slice's parameters lie in the block.
  var ranges: [Range<Int>] {
    let weights = stage.weightOffset + outputs.lowerBound * stage.inputs
    let weightRange = weights..<(weights + outputs.count * stage.inputs)
    guard let biasOffset = stage.biasOffset else { return [weightRange] }
    return [weightRange, (biasOffset + outputs.lowerBound)..<(biasOffset + outputs.upperBound)]
  }

  /// The outputs of the first layer in each of `slices` that has any, if that layer holds most of the
  /// parameters and is cut at all; else nothing.
  static func firstLayer(of slices: [[OutputSlice]]) -> [Range<Int>] {
    let all = slices.joined()
    let first = all.filter { $0.stage.index == 0 }
    let count = { (parts: [OutputSlice]) in parts.reduce(0) { $0 + $1.outputs.count * $1.stage.inputs } }
    guard first.count > 1, count(first) * 4 >= count(Array(all)) * 3 else { return [] }
    return first.map(\.outputs)
  }

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
