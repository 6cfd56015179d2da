import PTrainBench
import PTrainTraining
import Testing

@Suite struct NetworkModelTests {
  private func traffic(
    ranks: Int, widths: [Int] = [3, 2, 4], batchSize: Int = 8, shards: Int = 4, writesGradients: Bool
  ) -> RankTraffic {
    RankTraffic(
      rankCount: ranks,
      shape: StepShape(
        widths: widths, batchSize: batchSize, shards: shards, laneCount: ranks, writesGradients: writesGradients,
        stateCount: 0))
  }

  @Test func bytesAreThoseCountedByHand() {
    // 3-2-4 has 6 + 8 weights and 20 parameters. Two ranks: each sends its half of the parameters, 10 numbers. Fused: of
    // 4 rows half of the 2 + 4 deltas; the second layer has slices on both ranks, which need 2 inputs of each row.
    #expect(traffic(ranks: 2, writesGradients: false).bytes == 120)
    // Buffered: 2 microbatches' gradients, half of each, 20 numbers.
    #expect(traffic(ranks: 2, writesGradients: true).bytes == 120)
    // Four ranks: a quarter of the parameters to each of three; of 2 rows a quarter of the deltas to each of three, and
    // the inputs to the three that own 3.5 … 6.9, 7 … 10.4 and 10.5 … 13.9 of the weights; or of one gradient a quarter.
    #expect(traffic(ranks: 4, writesGradients: false).bytes == 132)
    #expect(traffic(ranks: 4, writesGradients: true).bytes == 120)
  }

  @Test func aFirstLayerFormedTogetherIsExchangedToo() {
    let shape = StepShape(
      widths: [3, 2, 4], batchSize: 8, shards: 4, laneCount: 2, writesGradients: false, firstLayerTasks: 2,
      stateCount: 0)
    let traffic = RankTraffic(rankCount: 2, shape: shape)
    // Half of the 2 outputs of 4 rows besides.
    #expect(traffic.bytes == 136 && traffic.exchangeCount == 3)
  }

  @Test func whoIsAloneTellsNobodyAnything() {
    for writesGradients in [false, true] {
      let alone = traffic(ranks: 1, writesGradients: writesGradients)
      #expect(alone.bytes == 0 && alone.seconds(NetworkRates(gigabitsPerSecond: 10)) == 0)
    }
  }

  @Test func anExchangeCostsLatencyMessagesAndBytes() {
    let rates = NetworkRates(gigabitsPerSecond: 10)
    let traffic = traffic(ranks: 4, writesGradients: true)
    // Twice 20 µs and 3 messages of 1 µs, and 120 bytes at 1.125 GB/s.
    #expect(abs(traffic.seconds(rates) - (46e-6 + 120 / 1.125e9)) < 1e-12)
    #expect(traffic.seconds(NetworkRates(gigabitsPerSecond: 100)) < traffic.seconds(rates))
  }

  @Test func hidingHelpsAndMoreRanksLeaveLessOfEach() {
    func point(_ ranks: Int, compute: Double, communication: Double) -> NetworkPoint {
      NetworkPoint(
        configuration: BenchConfiguration(job: .mid, threads: 8, shards: 8, reduction: .fused, mode: .cached),
        gigabitsPerSecond: 10, rankCount: ranks, stepBytes: 0, computeSeconds: compute,
        communicationSeconds: communication, aloneSeconds: 8)
    }
    // Two machines in 4 + 1 s instead of 4: 80 %; hidden 100 %. Communication that is longer than all else shows.
    #expect(point(2, compute: 4, communication: 1).exposedEfficiency == 0.8)
    #expect(point(2, compute: 4, communication: 1).hiddenEfficiency == 1)
    #expect(point(2, compute: 4, communication: 8).hiddenEfficiency == 0.5)
  }
}
