import Synchronization

/// Orders for the communicating thread, which takes them in the order in which they were submitted. Nobody waits: a
/// submission tries again only if another got in between.
///
/// Memory orders: a submission releases the order and all before it, taking acquires them. Exchanges with the head
/// continue each other's release sequence, so that who takes the list sees all of its orders.
final class Mailbox: Sendable {
  private final class Letter: @unchecked Sendable {
    // Sendable: `next` is written before the letter is seen by others.
    let order: Communicator.Order
    var next: Unmanaged<Letter>?

    init(_ order: Communicator.Order) { self.order = order }
  }

  /// The last letter; each knows the one before it.
  private let head = Atomic<Unmanaged<Letter>?>(nil)
  private let abortCode = Atomic<Int64>(Mailbox.noAbort)
  private static let noAbort = Int64.min

  deinit { takeAll { _ in } }

  func submit(_ order: Communicator.Order) {
    let letter = Unmanaged.passRetained(Letter(order))
    var last = head.load(ordering: .relaxed)
    while true {
      letter.takeUnretainedValue().next = last
      let attempt = head.weakCompareExchange(
        expected: last, desired: letter, successOrdering: .releasing, failureOrdering: .relaxed)
      if attempt.exchanged { return }
      last = attempt.original
    }
  }

  /// Moves all orders into `taken`, which is empty.
  func take(into taken: inout [Communicator.Order]) {
    guard head.load(ordering: .relaxed) != nil else { return }
    takeAll { taken.append($0) }
    taken.reverse()
  }

  private func takeAll(_ receive: (Communicator.Order) -> Void) {
    var next = head.exchange(nil, ordering: .acquiring)
    while let letter = next?.takeRetainedValue() {
      receive(letter.order)
      next = letter.next
    }
  }

  /// Relaxed: the code stands for nothing but itself.
  func abort(code: Int32) { abortCode.store(Int64(code), ordering: .relaxed) }

  var abort: Int32? {
    let code = abortCode.load(ordering: .relaxed)
    return code == Mailbox.noAbort ? nil : Int32(code)
  }
}
