import PTrainBench
import Testing

@Suite struct CostModelTests {
  private let rates = MachineRates(bytesPerSecond: 1e10, lineSeconds: 5e-8, contention: 1.5)
  private let cost = StepCost(productSeconds: 1e-5, bytes: 2e4, lineTransfers: 10)

  private func shape(
    widths: [Int] = [784, 512, 512, 10], batchSize: Int = 128, shards: Int = 8, lanes: Int = 1,
    writesGradients: Bool = true, firstLayerTasks: Int = 0, stateCount: Int = 0
  ) -> StepShape {
    StepShape(
      widths: widths, batchSize: batchSize, shards: shards, laneCount: lanes, writesGradients: writesGradients,
      firstLayerTasks: firstLayerTasks, stateCount: stateCount)
  }

  @Test func aStepIsTheSumOfItsThreeCosts() {
    let model = CostModel(rates: rates)
    // 10 µs + 20 kB at 10 GB/s, 2 µs; 10 lines at 50 ns, 0.5 µs; on several lanes the first two take 1.5 times as long.
    #expect(abs(model.stepSeconds(cost, laneCount: 1) - 12.5e-6) < 1e-12)
    #expect(abs(model.stepSeconds(cost, laneCount: 2) - 18.5e-6) < 1e-12)
  }

  @Test func eachCostAndEachSlowerRateMakesAStepLonger() {
    let step = CostModel(rates: rates).stepSeconds(cost, laneCount: 2)
    let costlier = [
      StepCost(productSeconds: 2e-5, bytes: 2e4, lineTransfers: 10),
      StepCost(productSeconds: 1e-5, bytes: 3e4, lineTransfers: 10),
      StepCost(productSeconds: 1e-5, bytes: 2e4, lineTransfers: 11),
    ]
    for cost in costlier { #expect(CostModel(rates: rates).stepSeconds(cost, laneCount: 2) > step) }
    let slower = [
      MachineRates(bytesPerSecond: 9e9, lineSeconds: 5e-8, contention: 1.5),
      MachineRates(bytesPerSecond: 1e10, lineSeconds: 6e-8, contention: 1.5),
      MachineRates(bytesPerSecond: 1e10, lineSeconds: 5e-8, contention: 1.6),
    ]
    for rates in slower { #expect(CostModel(rates: rates).stepSeconds(cost, laneCount: 2) > step) }
  }

  @Test func moreLanesMoveFewerBytesEachButMoreLines() {
    for (writesGradients, firstLayerTasks) in [(true, 0), (false, 0), (false, 8)] {
      let steps = (1...8).map {
        shape(lanes: $0, writesGradients: writesGradients, firstLayerTasks: firstLayerTasks)
      }
      for (fewer, more) in zip(steps, steps.dropFirst()) {
        #expect(more.bytes < fewer.bytes && more.lineTransfers > fewer.lineTransfers)
      }
      #expect(steps[0].lineTransfers == 0)
    }
  }

  @Test func bytesAreThoseCountedByHand() {
    // Widths 3-2, 4 rows, 8 parameters. Gather 4 · 3 · 5; activations 4 · 2 · 16; update 3 · 4 · 8.
    let one = shape(widths: [3, 2], batchSize: 4, shards: 1)
    #expect(one.parameterCount == 8 && one.bytes == 60 + 128 + 96)
    // Two buffers read and one written besides; Adam reads and writes two more blocks.
    #expect(shape(widths: [3, 2], batchSize: 4, shards: 2).bytes == 60 + 128 + 96 + 96)
    #expect(shape(widths: [3, 2], batchSize: 4, shards: 2, writesGradients: false).bytes == 60 + 128 + 96)
    #expect(shape(widths: [3, 2], batchSize: 4, shards: 1, stateCount: 2).bytes == 60 + 128 + 224)
    // Two lanes: half the activations and the update, but all rows where each forms a slice of the gradient.
    #expect(shape(widths: [3, 2], batchSize: 4, shards: 2, lanes: 2, writesGradients: false).bytes == 60 + 64 + 48)
  }

  @Test func aPhaseForTheFirstLayerHasClaimsAndABarrierOfItsOwn() {
    // 2 + 2 claims and counts, half of them looked at by the other lane too, and two barriers; then 2 tasks more.
    #expect(shape(shards: 2, lanes: 2, writesGradients: false).lineTransfers == 4 + 2 + 2)
    let three = shape(shards: 2, lanes: 2, writesGradients: false, firstLayerTasks: 2)
    #expect(three.lineTransfers == 6 + 3 + 3 && three.firstLayerRounds == 1)
  }

  @Test func theBusiestLaneTakesWhatDoesNotDivideEvenly() {
    #expect(shape(batchSize: 20, shards: 8, lanes: 3).rounds == 3)
    #expect(shape(batchSize: 20, shards: 8).rows == 3)
    let many = shape(batchSize: 20, shards: 64, lanes: 64)
    #expect(many.filledShards == 20 && many.rows == 1 && many.rounds == 1)
  }
}
