import PTrainCore
import Synchronization

/// The one thread of a rank that talks to the others.
///
/// It serves runs in the order in which they were begun, and posts a run's parts in theirs: the first part that is not
/// ready holds up all after it. So all ranks post the same parts in the same order, as collective calls of MPI must be.
/// What was posted goes on side by side.
final class Communicator: Sendable {
  enum Order: Sendable {
    case prepare(ExchangeState)
    case run(ExchangeState, Int)
    case release(ExchangeState)
    case leave
  }

  let rank: Int
  let count: Int
  private let mailbox: Mailbox
  private let thread: PlainThread
  private let hasLeft = Atomic<Bool>(false)

  /// Starts the thread, which makes the transport: that joins the ranks.
  init(
    _ makeTransport: @escaping @Sendable () throws(RanksError) -> any RankTransport
  ) throws(RanksError) {
    let mailbox = Mailbox()
    let joined = Joining()
    let thread = PlainThread(name: "ptrain-ranks") {
      guard let transport = joined.attempt(makeTransport) else { return }
      var loop = CommunicatorLoop(transport, mailbox)
      loop.run()
    }
    guard let thread else { throw .thread }
    do {
      (rank, count) = try joined.wait()
    } catch {
      thread.join()
      throw error
    }
    self.mailbox = mailbox
    self.thread = thread
  }

  func submit(_ order: Order) { mailbox.submit(order) }

  /// Serves all that was begun, waits for all ranks, and ends the thread. Nothing may be begun any more.
  func leave() {
    // Acquiring and releasing: a second caller doesn't return before the first has stored, and does nothing.
    guard !hasLeft.exchange(true, ordering: .acquiringAndReleasing) else { return }
    submit(.leave)
    thread.join()
  }

  /// Asks the thread to end all ranks.
  func abort(code: Int32) { mailbox.abort(code: code) }
}

/// How the thread tells who started it whether it joined.
private final class Joining: @unchecked Sendable {
  // Sendable: `outcome` is written before `isKnown` is set, with a release, and read after it was seen, with an acquire.
  private var outcome: Result<(rank: Int, count: Int), RanksError> = .failure(.thread)
  private let isKnown = Atomic<Bool>(false)

  func attempt(_ makeTransport: () throws(RanksError) -> any RankTransport) -> (any RankTransport)? {
    defer { isKnown.store(true, ordering: .releasing) }
    do {
      let transport = try makeTransport()
      outcome = .success((transport.rank, transport.count))
      return transport
    } catch {
      outcome = .failure(error)
      return nil
    }
  }

  func wait() throws(RanksError) -> (Int, Int) {
    let start = MonotonicClock.nanoseconds()
    while !isKnown.load(ordering: .acquiring) { Patience.pause(since: start) }
    return try outcome.get()
  }
}
