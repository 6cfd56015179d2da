/// A piece of memory that ranks exchange. It belongs to whoever made it, and stays where it is for as long as an
/// exchange names it.
package struct MemoryBlock: @unchecked Sendable {
  // Sendable: an address. Who may read or write what it points to, and when, is told by the exchange.
  package let base: UnsafeMutableRawPointer
  package let byteCount: Int

  package init(_ base: UnsafeMutableRawPointer, byteCount: Int) {
    self.base = base
    self.byteCount = byteCount
  }

  var end: UnsafeMutableRawPointer { base + byteCount }
}

extension [MemoryBlock] {
  var byteCount: Int { reduce(0) { $0 + $1.byteCount } }

  /// The same bytes in the same order, by as few blocks as there can be: none empty, none that begins where the one
  /// before it ends.
  var coalesced: [MemoryBlock] {
    reduce(into: []) { blocks, block in
      if block.byteCount == 0 { return }
      if let last = blocks.last, last.end == block.base {
        blocks[blocks.count - 1] = MemoryBlock(last.base, byteCount: last.byteCount + block.byteCount)
      } else {
        blocks.append(block)
      }
    }
  }

  /// The same bytes in the same order, none of the blocks longer than `limit`.
  func split(limit: Int) -> [MemoryBlock] {
    flatMap { block in
      stride(from: 0, to: block.byteCount, by: limit).map {
        MemoryBlock(block.base + $0, byteCount: Swift.min(limit, block.byteCount - $0))
      }
    }
  }
}
