import Dispatch
import PTrainCore
import Synchronization

/// The one thread of a rank that talks to the others.
///
/// It serves runs in the order in which they were begun, and posts a run's parts in theirs: the first part that is not
/// ready holds up all after it. So all ranks post the same parts in the same order, as collective calls of MPI must be.
/// What was posted goes on side by side.
///
/// `orders` is locked for as long as it takes to append to an array or to swap two; the thread looks at `submitted`
/// first, so that it doesn't take the lock in vain.
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

/// Orders for the communicating thread.
final class Mailbox: Sendable {
  private let orders = Mutex<[Communicator.Order]>([])
  private let submitted = Atomic<Int>(0)
  private let abortCode = Atomic<Int64>(Mailbox.noAbort)
  private static let noAbort = Int64.min

  func submit(_ order: Communicator.Order) {
    orders.withLock { $0.append(order) }
    // Relaxed: the count says that a look is worth while, the lock hands the order over.
    submitted.add(1, ordering: .relaxed)
  }

  /// Moves all orders into `taken`, which is empty, and counts them in `takenCount`.
  func take(into taken: inout [Communicator.Order], takenCount: inout Int) {
    guard submitted.load(ordering: .relaxed) > takenCount else { return }
    orders.withLock { swap(&$0, &taken) }
    takenCount += taken.count
  }

  func abort(code: Int32) { abortCode.store(Int64(code), ordering: .relaxed) }

  var abort: Int32? {
    let code = abortCode.load(ordering: .relaxed)
    return code == Mailbox.noAbort ? nil : Int32(code)
  }
}

/// How the thread tells who started it whether it joined.
private final class Joining: Sendable {
  private let outcome = Mutex<Result<(rank: Int, count: Int), RanksError>?>(nil)
  private let isKnown = DispatchSemaphore(value: 0)

  func attempt(_ makeTransport: () throws(RanksError) -> any RankTransport) -> (any RankTransport)? {
    defer { isKnown.signal() }
    do {
      let transport = try makeTransport()
      outcome.withLock { $0 = .success((transport.rank, transport.count)) }
      return transport
    } catch {
      outcome.withLock { $0 = .failure(error) }
      return nil
    }
  }

  func wait() throws(RanksError) -> (Int, Int) {
    isKnown.wait()
    guard let outcome = outcome.withLock({ $0 }) else { throw .thread }
    return try outcome.get()
  }
}
