import Foundation
import PTrainBench
import PTrainTraining
import Testing

@Suite struct BenchTests {
  private func plan(floor: Double = 0.6) -> BenchPlan {
    var plan = BenchPlan()
    plan.jobs = [SyntheticData.job(floor: floor)]
    plan.threads = [1, 2]
    plan.modes = BenchMode.allCases
    plan.rounds = 2
    return plan
  }

  @Test func everyConfigurationIsMeasuredInEveryRoundAndSummedUp() throws {
    let data = try SyntheticData()
    let plan = plan()
    var events: [BenchEvent] = []
    let summaries = try Bench(plan, on: data.dataset).run(withScaling: true) { events.append($0) }
    #expect(summaries.map(\.configuration) == plan.configurations)
    let measurements = events.compactMap { event in
      if case .measurement(let measurement) = event { measurement } else { nil }
    }
    for configuration in plan.configurations {
      let rounds = measurements.filter { $0.configuration == configuration }.map(\.round)
      #expect(rounds == [0, 1], "\(configuration.title)")
    }
    for summary in summaries {
      #expect(summary.best.sampleCount == 600)
      #expect(summary.trainMilliseconds.minimum == summary.best.trainMilliseconds)
      #expect(summary.gigaflops > 0 && summary.sgemmShare > 0 && summary.pieces.total > 0)
    }
    // Two threads counts measured and one predicted on each curve: modes × reductions of them.
    let points = events.compactMap { event in if case .scaling(let point) = event { point } else { nil } }
    #expect(points.count == 3 * 2 * Reduction.allCases.count)
    #expect(points.filter { $0.trainMilliseconds == nil }.allSatisfy { $0.configuration.threads == 64 })
    #expect(points.filter { $0.configuration.threads == 1 }.allSatisfy { $0.speedUp == 1 })
  }

  @Test func aRunThatDoesNotLearnEndsTheBenchmark() throws {
    let data = try SyntheticData()
    let bench = try Bench(plan(floor: 1.01), on: data.dataset)
    let error = #expect(throws: BenchError.self) { try bench.run { _ in } }
    guard case .didNotLearn(_, let accuracy, let floor) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(accuracy <= 1 && floor == 1.01)
    #expect(error?.diagnosis.category.rawValue == 70)
  }

  @Test func everyEventIsOneLineOfJSONAndTheTextHoldsARowForEachConfiguration() throws {
    let data = try SyntheticData()
    var plan = plan()
    plan.modes = [.cached]
    plan.rounds = 1
    var names: [String] = []
    var text = BenchText(rounds: plan.rounds)
    var running = ""
    try Bench(plan, on: data.dataset).run(withScaling: true, networks: [10, 100]) { event in
      let line = event.json
      #expect(!line.contains("\n"))
      let object = try? JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
      names.append(object?["event"] as? String ?? "?")
      if names.last == "measurement" {
        let keys = ["job", "threads", "shards", "reduction", "mode", "round", "train_ms", "accuracy"]
        for key in keys { #expect(object?[key] != nil, "\(key)") }
      }
      running += text.add(event)
    }
    let count = plan.configurations.count
    let curves = Reduction.allCases.count
    #expect(names.prefix(2) == ["machine", "probe"])
    #expect(names.filter { $0 == "measurement" }.count == count)
    #expect(names.filter { $0 == "summary" }.count == count)
    #expect(names.filter { $0 == "scaling" }.count == count)
    #expect(names.filter { $0 == "prediction" }.count == curves)
    #expect(running.contains("round 1 of 1"))
    let rows = text.tables.split(separator: "\n").filter { $0.hasPrefix("tiny ") }
    // 2, 4, … 256 machines with links of two kinds.
    #expect(names.filter { $0 == "network_prediction" }.count == curves * 2 * 8)
    #expect(rows.count == 3 * count + curves + curves * 2 * 8)
  }
}
