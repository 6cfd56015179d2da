import PTrainCore

/// The order of the training samples in an epoch below a shuffle window, as `tf.data`'s
/// `shuffle(window)` over shards in shuffled order: a reader needs no more than the window in memory.
///
/// The stream is the samples of one shard after the other. A buffer holds its first `window` elements; each
/// output takes one of them at random, and the next element of the stream takes its place.
package struct WindowOrder: Equatable, Sendable {
  /// The sample at each position of the stream.
  package let stream: [UInt32]
  /// The stream position of each output; below (output's number + window).
  package let picks: [UInt32]

  /// A pure function of the arguments.
  ///
  /// - Parameters:
  ///   - shards: the training samples of each shard; empty ones are passed over.
  ///   - window: elements in the buffer, 1 or more. 1 leaves the stream in order; as many as there are
  ///     samples give a uniform shuffle.
  /// - Complexity: O(samples); allocates the results and the buffer.
  package init(shards: [Range<Int>], window: Int, seed: UInt64, epoch: Int) {
    stream = Self.stream(shards, CounterRandom(seed: seed, stream: .shardOrder(epoch: epoch)))
    picks = Self.picks(
      count: stream.count, window: window, CounterRandom(seed: seed, stream: .sampleOrder(epoch: epoch)))
  }

  /// The sample of each output.
  package var samples: [UInt32] { picks.map { stream[Int($0)] } }

  private static func stream(_ shards: [Range<Int>], _ random: CounterRandom) -> [UInt32] {
    var order = shards.indices.filter { !shards[$0].isEmpty }.map { UInt32($0) }
    random.shuffle(&order)
    return order.flatMap { shards[Int($0)].lazy.map { UInt32($0) } }
  }

  static func picks(count: Int, window: Int, _ random: CounterRandom) -> [UInt32] {
    precondition(window >= 1, "a shuffle window of \(window)")
    var buffer = [UInt32](0..<UInt32(min(window, count)))
    var next = UInt32(buffer.count)
    return (0..<count).map { output in
      let slot = random.integer(output, below: buffer.count)
      let pick = buffer[slot]
      if Int(next) < count {
        buffer[slot] = next
        next += 1
      } else {
        // The stream has ended: the buffer shrinks, its last element fills the place.
        let last = buffer.removeLast()
        if slot < buffer.count { buffer[slot] = last }
      }
      return pick
    }
  }
}
