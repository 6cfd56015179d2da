/// Random numbers as a pure function of (seed, stream, index): nothing is stored and none is advanced.
///
/// The generator is Philox4x32-10 of J. K. Salmon et al., "Parallel random numbers: as easy as 1, 2, 3"
/// (SC 2011): the seed is its key, stream and index are its counter.
package struct CounterRandom: Sendable {
  /// What the numbers are for. Streams are disjoint for one seed.
  package enum Stream: Sendable {
    /// The order of samples in `epoch`.
    case sampleOrder(epoch: Int)
    /// The order of packed shards in `epoch`, below a shuffle window.
    case shardOrder(epoch: Int)
    /// The initial values of parameter number `parameter`.
    case initialWeights(parameter: Int)
    /// The mask of layer number `layer` in optimizer step `step`.
    case dropout(layer: Int, step: Int)
    /// The order in which a data set is packed.
    case packing

    /// Counter words 2 and 3: purpose and layer, epoch or step.
    fileprivate var words: (UInt32, UInt32) {
      switch self {
      case .sampleOrder(let epoch): (1 << 24, UInt32(truncatingIfNeeded: epoch))
      case .shardOrder(let epoch): (2 << 24, UInt32(truncatingIfNeeded: epoch))
      case .initialWeights(let parameter): (3 << 24, UInt32(truncatingIfNeeded: parameter))
      case .dropout(let layer, let step):
        (4 << 24 | UInt32(truncatingIfNeeded: layer) & 0xFF_FFFF, UInt32(truncatingIfNeeded: step))
      case .packing: (5 << 24, 0)
      }
    }
  }

  private let key: SIMD2<UInt32>
  private let stream: (UInt32, UInt32)

  package init(seed: UInt64, stream: Stream) {
    key = SIMD2(UInt32(truncatingIfNeeded: seed), UInt32(truncatingIfNeeded: seed >> 32))
    self.stream = stream.words
  }

  /// Four random words: block number `index` of the stream.
  package func block(_ index: Int) -> SIMD4<UInt32> {
    let index = UInt64(bitPattern: Int64(index))
    return Philox.block(
      counter: SIMD4(
        UInt32(truncatingIfNeeded: index), UInt32(truncatingIfNeeded: index >> 32), stream.0, stream.1),
      key: key)
  }

  /// Number `index` of the stream, uniform in [0, 1), a multiple of 2⁻²⁴.
  package func uniform(_ index: Int) -> Float {
    Float(block(index >> 2)[index & 3] >> 8) * 0x1p-24
  }

  /// Number `index` of the stream, uniform in `0..<bound` up to a bias below `bound` · 2⁻⁶⁴
  /// (D. Lemire, "Fast random integer generation in an interval", 2019, without its rejection).
  ///
  /// - Precondition: `bound` > 0.
  package func integer(_ index: Int, below bound: Int) -> Int {
    Self.integer(block(index >> 1), half: index & 1, below: bound)
  }

  private static func integer(_ words: SIMD4<UInt32>, half: Int, below bound: Int) -> Int {
    let random = UInt64(words[half * 2 + 1]) << 32 | UInt64(words[half * 2])
    return Int(random.multipliedFullWidth(by: UInt64(bound)).high)
  }

  /// Swaps `elements` into a uniformly random order (Fisher–Yates), which depends on the stream and on
  /// the count alone.
  ///
  /// - Complexity: O(n).
  package func shuffle(_ elements: inout [UInt32]) {
    elements.withUnsafeMutableBufferPointer { elements in
      // Numbers 2k and 2k + 1 come from block k: each block is computed once.
      for pair in stride(from: (elements.count - 1) >> 1, through: 0, by: -1) {
        let words = block(pair)
        for half in [1, 0] where pair * 2 + half < elements.count && pair * 2 + half > 0 {
          let last = pair * 2 + half
          elements.swapAt(last, Self.integer(words, half: half, below: last + 1))
        }
      }
    }
  }
}

/// The Philox4x32-10 block function.
package enum Philox {
  package static func block(counter: SIMD4<UInt32>, key: SIMD2<UInt32>) -> SIMD4<UInt32> {
    // Scalars: a vector's elements would go through memory in each round.
    var (word0, word1, word2, word3) = (counter[0], counter[1], counter[2], counter[3])
    var (key0, key1) = (key[0], key[1])
    for _ in 0..<10 {
      let first = UInt64(word0) * 0xD251_1F53
      let second = UInt64(word2) * 0xCD9E_8D57
      (word0, word1, word2, word3) = (
        UInt32(truncatingIfNeeded: second >> 32) ^ word1 ^ key0, UInt32(truncatingIfNeeded: second),
        UInt32(truncatingIfNeeded: first >> 32) ^ word3 ^ key1, UInt32(truncatingIfNeeded: first)
      )
      key0 &+= 0x9E37_79B9
      key1 &+= 0xBB67_AE85
    }
    return SIMD4(word0, word1, word2, word3)
  }
}
