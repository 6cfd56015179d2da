import PTrainCore

/// An exchange between all ranks that is prepared once and run many times.
///
/// In each run every part sets out by itself as soon as it is ready, after the parts before it. All ranks make the same
/// exchanges with the same number of parts, and begin the runs of all exchanges of a group in the same order.
///
/// Lanes that compute never wait for a lock or a system call of the network here: `arrive` adds to a counter, `wait`
/// reads one. All else is done by the communicating thread, see ``Communicator``.
package final class RankExchange: Sendable {
  private let communicator: Communicator?
  private let state: ExchangeState

  /// - Precondition: each part has lists for all ranks of `group`, and empty ones for the own.
  package init(_ group: RankGroup, parts: [ExchangePart]) {
    communicator = group.communicator
    state = ExchangeState(parts: parts.map { $0.checked(rank: group.rank, count: group.count) })
    communicator?.submit(.prepare(state))
  }

  deinit { communicator?.submit(.release(state)) }

  /// Bytes that this rank sends in a run.
  package var sentBytes: Int { state.parts.reduce(0) { $0 + $1.sends.reduce(0) { $0 + $1.byteCount } } }

  /// Bytes that this rank receives in a run.
  package var receivedBytes: Int { state.parts.reduce(0) { $0 + $1.receives.reduce(0) { $0 + $1.byteCount } } }

  /// Begins a run: hands it to the communicating thread. To be called by one thread at a time.
  ///
  /// - Precondition: the run before is complete.
  package func begin() {
    let run = state.begin()
    guard let communicator else { return state.complete(run) }
    communicator.submit(.run(state, run))
  }

  /// Tells that one more piece of `part` is ready. What the caller wrote before is seen by whoever receives it.
  ///
  /// It may come before ``begin()``: arrivals count for the runs in their order.
  package func arrive(part: Int) { state.arrive(part: part) }

  /// Returns when the run that was begun last is complete; the caller then sees what was received.
  ///
  /// The call of ``begin()`` must have happened before, in the sense of memory order.
  package func wait() { state.wait() }

  /// Whether the run that was begun last is complete; if so, the caller sees what was received.
  package var isComplete: Bool { state.isComplete }

  /// As ``wait()``, for waits that may be long: the thread soon sleeps.
  func waitPatiently() {
    let begun = MonotonicClock.nanoseconds()
    while !isComplete { Patience.pause(since: begun) }
  }

  /// The times of this exchange since the last call.
  package func takeTimes() -> ExchangeTimes { state.takeTimes() }
}
