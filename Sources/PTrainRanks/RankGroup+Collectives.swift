extension RankGroup {
  /// Every rank's bytes, by rank. Lengths may differ.
  ///
  /// All ranks must call it, in the same order as all other calls.
  package func gather(_ bytes: [UInt8]) -> [[UInt8]] {
    if isAlone { return [bytes] }
    let lengths = Array(repeating: MemoryLayout<Int64>.size, count: count)
    let counts = exchange(of(Int64(bytes.count)), to: 0..<count, lengths: lengths).map(Self.integer)
    return exchange(bytes, to: 0..<count, lengths: counts)
  }

  /// `root`'s bytes on every rank; what others pass is ignored.
  ///
  /// All ranks must call it, in the same order as all other calls.
  package func broadcast(_ bytes: [UInt8], root: Int = 0) -> [UInt8] {
    if isAlone { return bytes }
    let receivers = rank == root ? 0..<count : 0..<0
    func fromRoot(_ length: Int) -> [Int] { (0..<count).map { $0 == root ? length : 0 } }
    let length = exchange(of(Int64(bytes.count)), to: receivers, lengths: fromRoot(MemoryLayout<Int64>.size))[root]
    return exchange(bytes, to: receivers, lengths: fromRoot(Self.integer(length)))[root]
  }

  /// Sends `bytes` to all `receivers`, and receives as many from each rank as `lengths` tells.
  ///
  /// - Returns: what came, by rank; `bytes` for the own.
  private func exchange(_ bytes: [UInt8], to receivers: Range<Int>, lengths: [Int]) -> [[UInt8]] {
    let outgoing = UnsafeMutableRawBufferPointer.allocate(byteCount: bytes.count, alignment: 64)
    let incoming = lengths.enumerated().map { peer, length in
      UnsafeMutableRawBufferPointer.allocate(byteCount: peer == rank ? 0 : length, alignment: 64)
    }
    defer { for buffer in incoming + [outgoing] { buffer.deallocate() } }
    outgoing.copyBytes(from: bytes)
    let sends = (0..<count).map { $0 != rank && receivers.contains($0) ? [MemoryBlock](outgoing) : [] }
    let part = ExchangePart(sends: sends, receives: incoming.map([MemoryBlock].init), arrivals: 0)
    let exchange = RankExchange(self, parts: [part])
    exchange.begin()
    exchange.waitPatiently()
    return incoming.enumerated().map { peer, buffer in peer == rank ? bytes : [UInt8](buffer) }
  }

  private func of(_ integer: Int64) -> [UInt8] {
    withUnsafeBytes(of: integer.littleEndian) { [UInt8]($0) }
  }

  private static func integer(_ bytes: [UInt8]) -> Int {
    bytes.reversed().reduce(0) { $0 << 8 | Int($1) }
  }
}

extension [MemoryBlock] {
  fileprivate init(_ buffer: UnsafeMutableRawBufferPointer) {
    self = buffer.baseAddress.map { [MemoryBlock($0, byteCount: buffer.count)] } ?? []
  }
}
