/// A part of an exchange: it sets out as soon as all that it sends is there, and all that it overwrites is done with.
package struct ExchangePart: Sendable {
  /// By peer, what this rank sends. The bytes of a list, one block after the other, are what the peer receives; how
  /// either side cuts them into blocks is its own affair. The own entry is empty.
  package var sends: [[MemoryBlock]]
  /// By peer, where this rank puts what it receives. The own entry is empty.
  package var receives: [[MemoryBlock]]
  /// How many calls of ``RankExchange/arrive(part:)`` make it ready in each run; 0: ready as soon as a run begins.
  package var arrivals: Int

  package init(sends: [[MemoryBlock]], receives: [[MemoryBlock]], arrivals: Int) {
    self.sends = sends
    self.receives = receives
    self.arrivals = arrivals
  }

  /// The same part by as few blocks as there can be.
  ///
  /// - Precondition: a list for each of `count` ranks, an empty one for `rank`.
  func checked(rank: Int, count: Int) -> ExchangePart {
    precondition(arrivals >= 0, "\(arrivals) arrivals")
    precondition(
      sends.count == count && receives.count == count,
      "lists for \(sends.count) and \(receives.count) ranks instead of \(count)")
    let part = ExchangePart(sends: sends.map(\.coalesced), receives: receives.map(\.coalesced), arrivals: arrivals)
    precondition(part.sends[rank].isEmpty && part.receives[rank].isEmpty, "rank \(rank) sends to itself")
    return part
  }
}
