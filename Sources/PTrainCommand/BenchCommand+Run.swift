import PTrainBench
import PTrainParallel

extension BenchCommand {
  package func run() throws {
    let plan = plan(coreCount: ProcessorAffinity.availableCores())
    let bench = try Bench(plan, on: DataSetFolder.open(data))
    guard !json else {
      try bench.run(withScaling: scaling, networks: networks) { StandardStream.output.write($0.json + "\n") }
      return
    }
    var text = BenchText(rounds: plan.rounds)
    try bench.run(withScaling: scaling, networks: networks) { StandardStream.output.write(text.add($0)) }
    StandardStream.output.write(text.tables)
  }

  /// Links to predict for, in Gbit/s.
  private var networks: [Int] { network?.values ?? [] }

  /// What the options ask for on a machine of `coreCount` cores.
  func plan(coreCount: Int) -> BenchPlan {
    var plan = BenchPlan()
    if !jobs.isEmpty { plan.jobs = jobs.flatMap(\.self) }
    if !reductions.isEmpty { plan.reductions = reductions.flatMap(\.self) }
    if !modes.isEmpty { plan.modes = modes.flatMap(\.self) }
    if let threads { plan.threads = threads.values } else if scaling { plan.threads = Array(1...coreCount) }
    // Speed-ups are over one thread.
    if scaling, !plan.threads.contains(1) { plan.threads.insert(1, at: 0) }
    plan.shards = shards
    plan.rounds = rounds
    plan.epochs = epochs
    return plan
  }
}
