import PTrainCore
import Synchronization

/// Ranks that are threads of one process: bytes are copied from memory to memory. It does what tests need, and checks
/// that ranks post what fits together.
final class LocalTransport: RankTransport {
  let rank: Int
  var count: Int { hub.count }
  private let hub: LocalHub
  private var postedCount = 0

  init(_ hub: LocalHub, rank: Int) {
    self.hub = hub
    self.rank = rank
  }

  func prepare(_ part: ExchangePart) -> any PreparedPart { Prepared(part, self) }

  func finish() {
    hub.finished.add(1, ordering: .acquiringAndReleasing)
    let start = MonotonicClock.nanoseconds()
    while hub.finished.load(ordering: .acquiring) < count { Patience.pause(since: start) }
  }

  func abort(code: Int32) -> Never { hub.abort(code) }

  private final class Prepared: PreparedPart {
    private let part: ExchangePart
    private let transport: LocalTransport
    private var place = -1

    init(_ part: ExchangePart, _ transport: LocalTransport) {
      self.part = part
      self.transport = transport
    }

    func post() {
      place = transport.postedCount
      transport.postedCount += 1
      transport.hub.post(part, rank: transport.rank, place: place)
    }

    func isOver() -> Bool { transport.hub.receive(rank: transport.rank, place: place) }

    func release() {}
  }
}
