import PTrainCore
import PTrainData
import PTrainTestSupport
import Testing

struct PlanTests {
  @Test func everySplitIsDisjointAndComplete() throws {
    for count in 1...60 {
      for percent in 0..<100 {
        let fraction = Double(percent) / 100
        guard let split = try? Split(count: count, validationFraction: fraction) else {
          #expect(count - Int((Double(count) * fraction).rounded()) == 0, "\(count) × \(fraction)")
          continue
        }
        #expect(Array(split.training) + Array(split.validation) == Array(0..<count), "\(count) × \(fraction)")
        #expect(!split.training.isEmpty)
        #expect(abs(Double(split.validation.count) - Double(count) * fraction) <= 0.5, "\(count) × \(fraction)")
      }
    }
  }

  @Test func theReferenceSplitIs42000To18000() throws {
    let split = try Split(count: 60_000, validationFraction: 0.3)
    #expect(split.training == 0..<42_000)
    #expect(split.validation == 42_000..<60_000)
  }

  @Test(arguments: [-0.1, 1, 1.5, .nan, .infinity, -.infinity])
  func fractionsOutsideTheRangeAreRefused(fraction: Double) {
    let error = failure { () throws(DatasetError) in _ = try Split(count: 10, validationFraction: fraction) }
    #expect(error?.diagnosis.category == .usage)
  }

  @Test func aSplitThatLeavesNothingToTrainOnIsRefused() {
    for (count, fraction) in [(0, 0.0), (1, 0.5), (10, 0.96)] {
      let error = failure { () throws(DatasetError) in _ = try Split(count: count, validationFraction: fraction) }
      #expect(error?.diagnosis.category == .usage, "\(count) × \(fraction)")
    }
  }

  @Test func uniformOrderTakesEachSampleOnceAndDependsOnSeedAndEpoch() {
    for count in 0...20 {
      #expect(SampleOrder.uniform(count: count, seed: 1, epoch: 2).sorted() == [UInt32](0..<UInt32(count)))
    }
    let order = SampleOrder.uniform(count: 100, seed: 1, epoch: 2)
    #expect(order == SampleOrder.uniform(count: 100, seed: 1, epoch: 2))
    #expect(order != SampleOrder.uniform(count: 100, seed: 1, epoch: 3))
    #expect(order != SampleOrder.uniform(count: 100, seed: 2, epoch: 2))
  }

  /// What `tf.data` does, with lists: fill a buffer, take one at random, refill from the stream.
  static func simulated(_ stream: [UInt32], window: Int, seed: UInt64, epoch: Int) -> [UInt32] {
    let random = CounterRandom(seed: seed, stream: .sampleOrder(epoch: epoch))
    var rest = stream
    var buffer: [UInt32] = []
    var outputs: [UInt32] = []
    while true {
      while buffer.count < window && !rest.isEmpty { buffer.append(rest.removeFirst()) }
      if buffer.isEmpty { return outputs }
      let slot = random.integer(outputs.count, below: buffer.count)
      outputs.append(buffer[slot])
      buffer[slot] = rest.isEmpty ? buffer[buffer.count - 1] : rest.removeFirst()
      if outputs.count + buffer.count > stream.count { buffer.removeLast() }
    }
  }

  @Test func everySmallWindowDoesWhatTheSimulationDoes() {
    for count in 0...20 {
      for window in 1...(count + 2) {
        for shardSize in [1, 3, 7, 20] {
          let shards = stride(from: 0, to: count, by: shardSize).map { $0..<min($0 + shardSize, count) }
          let order = WindowOrder(shards: shards, window: window, seed: 5, epoch: 1)
          let claim: Comment = "count \(count), window \(window), shards of \(shardSize)"
          #expect(order.samples == Self.simulated(order.stream, window: window, seed: 5, epoch: 1), claim)
          #expect(order.samples.sorted() == [UInt32](0..<UInt32(count)), claim)
          #expect(order.stream.sorted() == [UInt32](0..<UInt32(count)), claim)
          #expect(order.picks.enumerated().allSatisfy { $1 < $0 + window }, claim)
        }
      }
    }
  }

  @Test func aWindowOfOneLeavesTheStreamInOrder() {
    let order = WindowOrder(shards: [0..<9], window: 1, seed: 3, epoch: 0)
    #expect(order.picks == [UInt32](0..<9))
    #expect(order.stream == [UInt32](0..<9))
  }

  @Test func aWindowIsUsedToItsEnd() {
    let picks = (0..<50).map { WindowOrder(shards: [0..<20], window: 8, seed: 1, epoch: $0).picks }
    #expect(picks.contains { $0.enumerated().contains { $1 == $0 + 7 } })
    #expect(picks.contains { $0[0] == 7 })
  }

  @Test func shardsComeInShuffledOrderAndWhole() {
    let shards = [0..<4, 4..<4, 4..<9, 9..<12]
    var orders: Set<[UInt32]> = []
    for epoch in 0..<60 {
      let stream = WindowOrder(shards: shards, window: 3, seed: 1, epoch: epoch).stream
      orders.insert(stream)
      for shard in shards where !shard.isEmpty {
        let start = stream.firstIndex(of: UInt32(shard.lowerBound)) ?? 0
        #expect(Array(stream[start..<(start + shard.count)]) == shard.map { UInt32($0) })
      }
    }
    #expect(orders.count == 6)
  }

  /// As for the full shuffle: 24 orders, 1,000 of each expected in 24,000 epochs, standard deviation 31.
  @Test(arguments: [4, 6])
  func aWindowOfAllSamplesIsUniform(window: Int) {
    var counts: [[UInt32]: Int] = [:]
    for epoch in 0..<24_000 {
      counts[WindowOrder(shards: [0..<4], window: window, seed: 2, epoch: epoch).samples, default: 0] += 1
    }
    #expect(counts.count == 24)
    #expect(counts.values.allSatisfy { abs($0 - 1000) < 6 * 31 })
  }
}
