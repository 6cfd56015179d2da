import PTrainCore

/// One run of an exchange in the hands of the communicating thread.
struct ExchangeRun {
  let state: ExchangeState
  private let number: Int
  /// The parts that were posted: the first so many.
  private var postedCount = 0
  /// Those of them that are not over yet.
  private var underWay: [any PreparedPart] = []
  /// When something came to be under way, after nothing was.
  private var busySince: UInt64 = 0

  init(_ state: ExchangeState, number: Int) {
    self.state = state
    self.number = number
  }

  var isPosted: Bool { postedCount == state.parts.count }
  var isUnderWay: Bool { !underWay.isEmpty }
  var isOver: Bool { isPosted && underWay.isEmpty }

  /// Posts the parts that are ready, up to the first that isn't.
  ///
  /// - Returns: whether there were any.
  mutating func postWhatIsReady() -> Bool {
    let before = postedCount
    while !isPosted, state.isReady(part: postedCount, run: number) {
      if underWay.isEmpty { busySince = MonotonicClock.nanoseconds() }
      state.prepared[postedCount].post()
      underWay.append(state.prepared[postedCount])
      postedCount += 1
    }
    return postedCount > before
  }

  /// Moves on what is under way.
  ///
  /// - Returns: whether any part came to its end.
  mutating func advance() -> Bool {
    guard isUnderWay else { return false }
    let before = underWay.count
    underWay.removeAll { $0.isOver() }
    if underWay.isEmpty { state.addCommunication(from: busySince, to: MonotonicClock.nanoseconds()) }
    return underWay.count < before
  }

  /// Tells those who wait.
  func complete() { state.complete(number) }
}
