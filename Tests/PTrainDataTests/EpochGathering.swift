import Glibc
import PTrainCore
import PTrainData
import Synchronization

/// Lanes on threads of their own that gather an epoch together, minibatch after minibatch, as a training
/// step's lanes do: none begins a minibatch before all have gathered the one before. After an error they go
/// on, so that every later call has to end, too.
final class EpochGathering: @unchecked Sendable {
  // Sendable: lanes write disjoint rows and their own errors, and are joined before anything is read.
  let positions: Range<Int>
  private let rows: any TrainingRows
  private let batchSize: Int
  private let laneCount: Int
  private let sampleBytes: Int
  private let values: UnsafeMutablePointer<Float>
  private let foundLabels: UnsafeMutablePointer<Int32>
  private let readers: [LaneReader]
  private let laneErrors: [FirstError<DatasetError>]
  private let arrivals = Atomic<Int>(0)

  /// Gathers all `positions`.
  init(
    _ rows: any TrainingRows, of split: DatasetSplit, positions: Range<Int>, batchSize: Int, laneCount: Int
  ) throws {
    (self.rows, self.positions, self.batchSize, self.laneCount) = (rows, positions, batchSize, laneCount)
    sampleBytes = split.sampleBytes
    values = .allocate(capacity: max(1, positions.count * sampleBytes))
    values.initialize(repeating: -1, count: max(1, positions.count * sampleBytes))
    foundLabels = .allocate(capacity: max(1, positions.count))
    foundLabels.initialize(repeating: -1, count: max(1, positions.count))
    readers = try (0..<laneCount).map { _ in try LaneReader(for: split) }
    laneErrors = (0..<laneCount).map { _ in FirstError() }
    let threads = (0..<laneCount).map { lane in
      PlainThread(name: "lane-\(lane)") { [self] in run(lane: lane) }
    }
    for thread in threads { thread?.join() }
  }

  deinit {
    values.deallocate()
    foundLabels.deallocate()
  }

  /// Of each lane; `nil` where it met none.
  var errors: [DatasetError?] { laneErrors.map(\.error) }
  var labels: [Int32] { (0..<positions.count).map { foundLabels[$0] } }
  /// `[positions, sample elements]`
  var elements: [Float] { (0..<(positions.count * sampleBytes)).map { values[$0] } }

  private func run(lane: Int) {
    var round = 0
    for start in stride(from: positions.lowerBound, to: positions.upperBound, by: batchSize) {
      let end = min(start + batchSize, positions.upperBound)
      let share = { (lane: Int) in start + (end - start) * lane / self.laneCount }
      gather(share(lane)..<share(lane + 1), minibatchStart: start, lane: lane)
      round += 1
      arrivals.add(1, ordering: .acquiringAndReleasing)
      _ = SpinWait.wait { arrivals.load(ordering: .acquiring) >= round * laneCount }
    }
  }

  /// A lane without samples of its own has nothing to gather, and nothing to fail at.
  private func gather(_ share: Range<Int>, minibatchStart: Int, lane: Int) {
    guard !share.isEmpty else { return }
    let first = share.lowerBound - positions.lowerBound
    let input = MatrixView(base: values + first * sampleBytes, rows: share.count, columns: sampleBytes)
    do throws(DatasetError) {
      try rows.gather(
        share, minibatchStart: minibatchStart, into: input,
        labels: UnsafeMutableBufferPointer(start: foundLabels + first, count: share.count), by: readers[lane])
    } catch {
      laneErrors[lane].record(error)
    }
  }
}
