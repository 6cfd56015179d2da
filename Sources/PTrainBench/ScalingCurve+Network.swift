extension ScalingCurve {
  /// 2 to 256 machines.
  static let predictedRanks = (1...8).map { 1 << $0 }

  /// Predictions for each curve's configuration of most threads, over links of each bandwidth.
  func networkPoints(_ summaries: [BenchSummary], gigabitsPerSecond: [Int]) -> [NetworkPoint] {
    let largest = summaries.map(\.configuration).filter { configuration in
      !summaries.contains {
        $0.configuration.isOnCurve(of: configuration) && $0.configuration.threads > configuration.threads
      }
    }
    return largest.flatMap { networkPoints($0, gigabitsPerSecond: gigabitsPerSecond) }
  }

  private func networkPoints(_ configuration: BenchConfiguration, gigabitsPerSecond: [Int]) -> [NetworkPoint] {
    let model = CostModel(rates: rates(configuration))
    // A machine of the network has a core for each thread.
    let lanes = configuration.threads
    let alone = stepSeconds(shape(configuration, laneCount: lanes), lanesOfMachine: lanes, model)
    let steps = Self.predictedRanks.map { ranks in
      let all = ranks * lanes
      let shape = shape(configuration.withShards(max(configuration.shards, all)), laneCount: all)
      return (RankTraffic(rankCount: ranks, shape: shape), stepSeconds(shape, lanesOfMachine: lanes, model))
    }
    return gigabitsPerSecond.flatMap { gigabits in
      steps.map { traffic, seconds in
        NetworkPoint(
          configuration: configuration, gigabitsPerSecond: gigabits, rankCount: traffic.rankCount,
          stepBytes: traffic.bytes, computeSeconds: seconds,
          communicationSeconds: traffic.seconds(NetworkRates(gigabitsPerSecond: gigabits)), aloneSeconds: alone)
      }
    }
  }

  /// - Parameter shape: of the lanes of all machines; the tasks of the others don't touch this one's cache lines.
  private func stepSeconds(_ shape: StepShape, lanesOfMachine: Int, _ model: CostModel) -> Double {
    let lineTransfers = shape.lineTransfers * Double(lanesOfMachine) / Double(shape.laneCount)
    let cost = StepCost(
      productSeconds: productSeconds(shape), bytes: shape.bytes,
      lineTransfers: lanesOfMachine > 1 ? lineTransfers : 0)
    return model.stepSeconds(cost, laneCount: lanesOfMachine)
  }
}

extension BenchConfiguration {
  func withShards(_ count: Int) -> BenchConfiguration {
    BenchConfiguration(job: job, threads: threads, shards: count, reduction: reduction, mode: mode)
  }
}
