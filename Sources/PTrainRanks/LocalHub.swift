import Glibc
import PTrainCore
import Synchronization

/// Where the ranks of one process meet: the posts of each rank by their place in its order.
final class LocalHub: @unchecked Sendable {
  // Sendable: `places` belongs to who has the lock.
  let count: Int
  let finished = Atomic<Int>(0)
  private var places: [Int: Place] = [:]
  private let isLocked = Atomic<Bool>(false)

  /// The posts at one place in the order of all ranks.
  private struct Place {
    var parts: [ExchangePart?]
    /// By receiver and sender, whether the bytes were copied.
    var isCopied: [[Bool]]
    /// By rank, whether it knows that its part is over.
    var isOver: [Bool]

    init(count: Int) {
      parts = Array(repeating: nil, count: count)
      isCopied = Array(repeating: Array(repeating: false, count: count), count: count)
      isOver = Array(repeating: false, count: count)
    }
  }

  init(count: Int) { self.count = count }

  /// A lock of atomics: Thread Sanitizer, which the tests run under too, doesn't understand `Mutex`.
  private func withLock<Value>(_ body: (inout [Int: Place]) -> Value) -> Value {
    _ = SpinWait.wait { !isLocked.exchange(true, ordering: .acquiring) }
    defer { isLocked.store(false, ordering: .releasing) }
    return body(&places)
  }

  func post(_ part: ExchangePart, rank: Int, place: Int) {
    withLock { $0[place, default: Place(count: count)].parts[rank] = part }
  }

  /// Copies what has come for `rank`.
  ///
  /// - Returns: whether all has come that it receives, and all has gone that it sends.
  func receive(rank: Int, place: Int) -> Bool {
    withLock { places in
      guard var here = places[place] else { return true }
      copy(to: rank, &here)
      here.isOver[rank] = (0..<count).allSatisfy { here.isCopied[rank][$0] && here.isCopied[$0][rank] }
      places[place] = here.isOver.allSatisfy(\.self) ? nil : here
      return here.isOver[rank]
    }
  }

  private func copy(to receiver: Int, _ place: inout Place) {
    guard let receives = place.parts[receiver]?.receives else { return }
    for sender in 0..<count where !place.isCopied[receiver][sender] {
      guard let sends = place.parts[sender]?.sends else { continue }
      copy(sends[receiver], to: receives[sender])
      place.isCopied[receiver][sender] = true
    }
  }

  /// Copies bytes between lists that may cut them differently.
  private func copy(_ sources: [MemoryBlock], to targets: [MemoryBlock]) {
    precondition(
      sources.byteCount == targets.byteCount,
      "one rank sends \(sources.byteCount) bytes, the other receives \(targets.byteCount)")
    var (source, sourceOffset) = (0, 0)
    for target in targets {
      var filled = 0
      while filled < target.byteCount {
        let length = min(target.byteCount - filled, sources[source].byteCount - sourceOffset)
        memcpy(target.base + filled, sources[source].base + sourceOffset, length)
        filled += length
        sourceOffset += length
        if sourceOffset == sources[source].byteCount { (source, sourceOffset) = (source + 1, 0) }
      }
    }
  }

  func abort(_ code: Int32) -> Never { exit(code) }
}
