import PTrainCore

/// What the communicating thread does, over and over; it alone sees this.
struct CommunicatorLoop {
  private let transport: any RankTransport
  private let mailbox: Mailbox
  private var orders: [Communicator.Order] = []
  /// The runs that were begun and are not over, in their order.
  private var runs: [ExchangeRun] = []
  private var isLeaving = false
  /// The last time that something happened.
  private var movedAt = MonotonicClock.nanoseconds()
  private var pauses = 0

  /// Nothing is begun: how long the thread stays awake for the next run.
  private static let awakeWithoutRuns: UInt64 = 1_000_000
  /// A run is under way: much longer than any exchange of a step, so that only waits for ranks that do something else
  /// for a while end in sleep.
  private static let awakeInRun: UInt64 = 20_000_000

  init(_ transport: any RankTransport, _ mailbox: Mailbox) {
    self.transport = transport
    self.mailbox = mailbox
  }

  /// Returns when the group was left.
  mutating func run() {
    while true {
      if let code = mailbox.abort { transport.abort(code: code) }
      let tookOrders = takeOrders()
      if serve() || tookOrders {
        (movedAt, pauses) = (MonotonicClock.nanoseconds(), 0)
      } else if isLeaving, runs.isEmpty {
        return transport.finish()
      } else {
        Patience.pause(
          &pauses, since: movedAt, awakeNanoseconds: runs.isEmpty ? Self.awakeWithoutRuns : Self.awakeInRun)
      }
    }
  }

  private mutating func takeOrders() -> Bool {
    mailbox.take(into: &orders)
    if orders.isEmpty { return false }
    for order in orders { follow(order) }
    orders.removeAll(keepingCapacity: true)
    return true
  }

  private mutating func follow(_ order: Communicator.Order) {
    switch order {
    case .prepare(let state): state.prepared = state.parts.map(transport.prepare)
    case .run(let state, let number): runs.append(ExchangeRun(state, number: number))
    case .release(let state):
      state.isDisused = true
      releaseIfDisused(state)
    case .leave: isLeaving = true
    }
  }

  /// Posts and moves on what can be.
  ///
  /// - Returns: whether anything was posted or came to its end.
  private mutating func serve() -> Bool {
    var hasMoved = false
    for index in runs.indices {
      if runs[index].postWhatIsReady() { hasMoved = true }
      // The head of the line: what comes after it must not overtake.
      if !runs[index].isPosted { break }
    }
    for index in runs.indices where runs[index].advance() { hasMoved = true }
    retire()
    return hasMoved
  }

  private mutating func retire() {
    guard runs.contains(where: \.isOver) else { return }
    let over = runs.filter(\.isOver)
    runs.removeAll(where: \.isOver)
    for run in over {
      run.complete()
      releaseIfDisused(run.state)
    }
  }

  /// Releases what nobody can begin any more, once its last run is over.
  private func releaseIfDisused(_ state: ExchangeState) {
    guard state.isDisused, !runs.contains(where: { $0.state === state }) else { return }
    for part in state.prepared { part.release() }
    state.prepared = []
  }
}
