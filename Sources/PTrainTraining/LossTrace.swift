/// The loss of each step of an epoch so far, by which a replay finds the first step that differs: a pure function
/// of the job and of the place in it.
///
/// Of more than ``largestCount`` steps, each entry is the sum over as many successive ones as keep it to that.
package struct LossTrace: Equatable, Sendable {
  package static let largestCount = 65_536

  /// Steps of an entry.
  package let stride: Int
  private var entries: [Double]

  package init(stepsPerEpoch: Int) {
    stride = max(1, (stepsPerEpoch + Self.largestCount - 1) / Self.largestCount)
    entries = [Double](repeating: .nan, count: (stepsPerEpoch + stride - 1) / stride)
  }

  /// Adds the loss of step `step` of an epoch, summed over its samples. Steps come in order.
  mutating func add(_ loss: Double, step: Int) {
    let index = step / stride
    entries[index] = step % stride == 0 ? loss : entries[index] + loss
  }

  /// The entries at a place of a run: those of the epoch under way, at an epoch's end all of it. Empty where an
  /// earlier part is not known: the checkpoint that the run went on from had no trace.
  package func values(at progress: RunProgress) -> [Double] {
    let known = Array(entries.prefix(count(at: progress)))
    return known.contains { $0.isNaN } ? [] : known
  }

  /// Takes `values` of a checkpoint at `progress`; `false` if their number is not the place's.
  mutating func restore(_ values: [Double], at progress: RunProgress) -> Bool {
    guard values.count == count(at: progress) else { return values.isEmpty }
    entries.replaceSubrange(0..<values.count, with: values)
    return true
  }

  private func count(at progress: RunProgress) -> Int {
    guard progress.step == 0 else { return min(entries.count, (progress.step + stride - 1) / stride) }
    return progress.epoch > 0 ? entries.count : 0
  }
}
