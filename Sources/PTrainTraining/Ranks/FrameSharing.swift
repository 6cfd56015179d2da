import PTrainCore
import PTrainData
import PTrainParallel
import PTrainRanks

/// The first loading of samples that are kept, where several processes train together: each rank reads and
/// decompresses its share of the frames, and the rows go from rank to rank as they are.
final class FrameSharing: PhasedWork, @unchecked Sendable {
  // Sendable: the cache's board orders who writes a frame and who reads it.
  let cycle: PhaseCycle
  private let cache: RowCache
  private let readers: [LaneReader]
  private let group: RankGroup
  private let own: Range<Int>
  private let failure = FirstError<DatasetError>()

  init(_ cache: RowCache, readers: [LaneReader], group: RankGroup) {
    self.cache = cache
    self.readers = readers
    self.group = group
    own = RankShare(rank: group.rank, count: group.count).own(of: cache.split.frames.count)
    cycle = PhaseCycle(taskCounts: [max(1, own.count)])
  }

  /// Returns when all frames are here.
  func run(_ team: WorkerTeam) throws(TrainingError) {
    _ = team.run(self, cycleCount: 1)
    if let error = failure.error { throw .other(error.diagnosis) }
    let context = RankShare(rank: group.rank, count: group.count)
    let frames = (0..<group.count).map { context.part(of: $0, of: cache.split.frames.count) }
    let blocks = frames.map { frames -> [MemoryBlock] in
      let bytes = cache.bytes(of: frames)
      return bytes.baseAddress.map { [MemoryBlock($0, byteCount: bytes.count)] } ?? []
    }
    let exchange = RankExchange(
      group,
      parts: [
        ExchangePart(
          sends: frames.indices.map { $0 == group.rank ? [] : blocks[group.rank] },
          receives: frames.indices.map { $0 == group.rank ? [] : blocks[$0] }, arrivals: 0)
      ])
    exchange.begin()
    exchange.wait()
    for rank in frames.indices where rank != group.rank { cache.adopt(frames[rank]) }
  }

  func shouldStop(before cycle: Int) -> Bool { false }

  func perform(task: Int, at place: PhaseCycle.Place, lane: Int) {
    guard task < own.count, !failure.isReadable else { return }
    do throws(DatasetError) {
      try cache.require(own.lowerBound + task, by: readers[lane])
    } catch {
      failure.record(error)
    }
  }
}
