import PTrainBench
import PTrainTraining
import Testing

@Suite struct BenchPlanTests {
  private var plan: BenchPlan {
    var plan = BenchPlan()
    plan.jobs = BenchJob.all
    plan.modes = BenchMode.allCases
    return plan
  }

  @Test func eachCombinationComesOnce() {
    let configurations = plan.configurations
    #expect(configurations.count == 3 * 2 * 3 * Reduction.allCases.count)
    for (index, one) in configurations.enumerated() {
      #expect(!configurations[..<index].contains(one), "\(one.title)")
    }
  }

  @Test func eachRoundTakesAllConfigurationsAndBeginsWithAnother() {
    let count = plan.configurations.count
    for round in 0..<(count + 2) {
      let order = plan.order(round: round)
      #expect(order.sorted() == Array(0..<count) && order.first == round % count)
    }
  }

  @Test func shardsFollowThreadsUnlessNamed() {
    var plan = BenchPlan()
    #expect(plan.configurations.allSatisfy { $0.shards == $0.threads })
    plan.shards = 4
    #expect(plan.configurations.allSatisfy { $0.shards == 4 })
    #expect(plan.configurations[0].withThreads(64).shards == 4)
    plan.shards = nil
    #expect(plan.configurations[0].withThreads(64).shards == 64)
  }

  @Test func laterEpochsHaveTheLastFloor() {
    #expect(BenchJob.reference.accuracyFloor(epochs: 1) == 0.70)
    #expect([2, 3, 100].allSatisfy { BenchJob.reference.accuracyFloor(epochs: $0) == 0.85 })
    #expect(BenchJob.mid.accuracyFloor(epochs: 2) == 0.90)
  }
}
