import PTrainParallel

/// Which of a job's tasks are whose, where several processes (ranks) share them: an even part in order for each.
///
/// A pure value: all ranks come to the same shares without a word between them.
struct RankShare: Equatable, Sendable {
  let rank: Int
  /// Ranks in all.
  let count: Int

  static let alone = RankShare(rank: 0, count: 1)

  /// The tasks of this rank, of `taskCount` in all; empty for some ranks if there are fewer tasks than ranks.
  func own(of taskCount: Int) -> Range<Int> { part(of: rank, of: taskCount) }

  /// The tasks of `rank`.
  func part(of rank: Int, of taskCount: Int) -> Range<Int> { EvenPartition(count: taskCount, parts: count)[rank] }

  /// What `rank` works on in a minibatch that `plan` cuts.
  func minibatchPart(of rank: Int, _ plan: MicrobatchPlan) -> MinibatchPart {
    let microbatches = part(of: rank, of: plan.count).clamped(to: 0..<plan.filledCount)
    guard let last = microbatches.last else { return MinibatchPart(microbatches: 0..<0, rows: 0..<0) }
    return MinibatchPart(
      microbatches: microbatches, rows: plan[microbatches.lowerBound].lowerBound..<plan[last].upperBound)
  }
}

/// The microbatches of one rank that hold a row, and their rows, which lie one behind the other.
struct MinibatchPart: Equatable, Sendable {
  let microbatches: Range<Int>
  let rows: Range<Int>
}
