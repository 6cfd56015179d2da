import Dispatch
import Glibc
import PTrainRanks
import Synchronization

/// An exchange of random shape that checks itself: every byte that a rank receives is told by run, part, sender,
/// receiver and place, and the bytes between the blocks stay as they are.
///
/// The shape is a function of the seed and the number of ranks; how each side cuts the bytes into blocks is its own.
package final class ExchangeTrial: @unchecked Sendable {
  // Sendable: within a run each arrival writes bytes of its own, and everything else follows `wait`.
  private let group: RankGroup
  private let seed: UInt64
  private let arrivals: [Int]
  private let sends: [[ScatteredBytes]]
  private let receives: [[ScatteredBytes]]
  private let exchange: RankExchange
  private var run = 0

  package init(_ group: RankGroup, seed: UInt64) {
    (self.group, self.seed) = (group, seed)
    let partCount = Int(mix(seed, 1) % 4) + 1
    let peers = 0..<group.count
    // Some parts are ready as soon as the run begins: their bytes are written before.
    arrivals = (0..<partCount).map { Int(mix(seed, 2, UInt64($0)) % 4) }
    func length(_ part: Int, _ sender: Int, _ receiver: Int) -> Int {
      let number = mix(seed, 3, UInt64(part), UInt64(sender), UInt64(receiver))
      if sender == receiver || number % 5 == 0 { return 0 }
      // Now and then more than MPI sends without asking.
      return Int(number >> 8) % (number % 10 == 1 ? RandomBytes.most : 400)
    }
    sends = (0..<partCount).map { part in
      peers.map { ScatteredBytes(count: length(part, group.rank, $0), seed: mix(seed, 4, UInt64(part), UInt64($0))) }
    }
    receives = (0..<partCount).map { part in
      peers.map { ScatteredBytes(count: length(part, $0, group.rank), seed: mix(seed, 5, UInt64(part), UInt64($0))) }
    }
    let parts = (0..<partCount).map { [sends, receives, arrivals] in
      ExchangePart(sends: sends[$0].map(\.blocks), receives: receives[$0].map(\.blocks), arrivals: arrivals[$0])
    }
    exchange = RankExchange(group, parts: parts)
  }

  /// Begins a run, in the middle of the arrivals of several threads.
  package func begin() {
    run += 1
    for part in receives.indices {
      for bytes in receives[part] { bytes.clear() }
      if arrivals[part] == 0 { write(part, piece: 0, of: 1) }
    }
    let pieces = arrivals.enumerated().flatMap { part, count in (0..<count).map { (part, $0) } }
    let order = pieces.indices.sorted { mix(seed, 6, UInt64(run), UInt64($0)) < mix(seed, 6, UInt64(run), UInt64($1)) }
    let early = order.isEmpty ? 0 : Int(mix(seed, 7, UInt64(run), UInt64(group.rank)) % UInt64(order.count + 1))
    arrive(order.prefix(early).map { pieces[$0] })
    exchange.begin()
    arrive(order.dropFirst(early).map { pieces[$0] })
  }

  /// Waits for the run.
  ///
  /// - Returns: what came wrongly.
  package func end() -> [String] {
    exchange.wait()
    return receives.indices.flatMap { part in
      (0..<group.count).compactMap { sender in
        receives[part][sender].mistake(expected(part, sender: sender, receiver: group.rank)).map {
          "seed \(seed), run \(run), part \(part), from \(sender) to \(group.rank) of \(group.count): \($0)"
        }
      }
    }
  }

  package func takeTimes() -> ExchangeTimes { exchange.takeTimes() }

  private func arrive(_ pieces: [(part: Int, piece: Int)]) {
    DispatchQueue.concurrentPerform(iterations: pieces.count) { index in
      let (part, piece) = pieces[index]
      write(part, piece: piece, of: arrivals[part])
      exchange.arrive(part: part)
    }
  }

  /// Writes a share of what a part sends to each peer.
  private func write(_ part: Int, piece: Int, of count: Int) {
    for (receiver, bytes) in sends[part].enumerated() {
      bytes.write(piece: piece, of: count, expected(part, sender: group.rank, receiver: receiver))
    }
  }

  /// What a run carries from one rank to another: a stretch of random bytes that begins somewhere.
  private func expected(_ part: Int, sender: Int, receiver: Int) -> UnsafeRawPointer {
    RandomBytes.stretch(mix(seed, UInt64(run), UInt64(part), UInt64(sender), UInt64(receiver)))
  }
}

/// Many random bytes, written once.
private enum RandomBytes {
  static let most = 100_000
  private static let startCount: UInt64 = 50_021

  nonisolated(unsafe) private static let bytes: UnsafeMutablePointer<UInt64> = {
    let count = (most + Int(startCount)) / 8 + 1
    let words = UnsafeMutablePointer<UInt64>.allocate(capacity: count)
    for index in 0..<count { (words + index).initialize(to: mix(UInt64(index))) }
    return words
  }()

  /// At least `most` bytes.
  static func stretch(_ number: UInt64) -> UnsafeRawPointer { UnsafeRawPointer(bytes) + Int(number % startCount) }
}

/// Bytes that lie in blocks here and there in memory, some of which touch.
final class ScatteredBytes: @unchecked Sendable {
  // Sendable: as the trial's.
  let blocks: [MemoryBlock]
  private let count: Int
  private let memory: UnsafeMutableRawBufferPointer
  /// Which bytes each block holds.
  private let ranges: [Range<Int>]
  private static let untouched: UInt8 = 0xA5
  private static let longest = 30_000

  init(count: Int, seed: UInt64) {
    var pieces: [(start: Int, range: Range<Int>)] = []
    var (end, done, step) = (8, 0, UInt64(0))
    while done < count {
      let number = mix(seed, step)
      let length = min(count - done, Int(number % UInt64(max(1, min(Self.longest, count / 2 + 1)))) + 1)
      let start = end + Int(number >> 40 % 3)
      pieces.append((start, done..<(done + length)))
      (end, done, step) = (start + length, done + length, step + 1)
    }
    let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: end + 8, alignment: 64)
    memory.initializeMemory(as: UInt8.self, repeating: Self.untouched)
    blocks = pieces.compactMap { piece in
      memory.baseAddress.map { MemoryBlock($0 + piece.start, byteCount: piece.range.count) }
    }
    ranges = pieces.map(\.range)
    (self.count, self.memory) = (count, memory)
  }

  deinit { memory.deallocate() }

  func clear() { memory.initializeMemory(as: UInt8.self, repeating: Self.untouched) }

  /// Writes a share of the bytes.
  func write(piece: Int, of pieceCount: Int, _ values: UnsafeRawPointer) {
    let share = (count * piece / pieceCount)..<(count * (piece + 1) / pieceCount)
    for (block, range) in zip(blocks, ranges) {
      let here = range.clamped(to: share)
      (block.base + (here.lowerBound - range.lowerBound)).copyMemory(
        from: values + here.lowerBound, byteCount: here.count)
    }
  }

  /// Where the memory, the space between the blocks included, isn't as `values` would leave it.
  func mistake(_ values: UnsafeRawPointer) -> String? {
    var place = 0
    for (block, range) in zip(blocks, ranges) {
      let start = block.base - UnsafeMutableRawPointer(memory.baseAddress ?? block.base)
      if memory[place..<start].contains(where: { $0 != Self.untouched }) {
        return "space before byte \(range.lowerBound)"
      }
      if memcmp(block.base, values + range.lowerBound, range.count) != 0 { return "bytes \(range) of \(count)" }
      place = start + range.count
    }
    return memory[place...].contains(where: { $0 != Self.untouched }) ? "space after all bytes" : nil
  }
}

/// A number that `values` decide (SplitMix64's mixing).
private func mix(_ values: UInt64...) -> UInt64 {
  values.reduce(0) { state, value in
    var z = (state ^ value) &+ 0x9E37_79B9_7F4A_7C15
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}
