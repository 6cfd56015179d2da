import PTrainCore
import PTrainData
import PTrainKernels
import PTrainParallel
import PTrainTraining

/// Times training runs, all configurations in turns, and tells how the machine was meanwhile.
package final class Bench {
  private let plan: BenchPlan
  private let dataset: Dataset
  private let blas: BLAS

  package init(_ plan: BenchPlan, on dataset: Dataset) throws(BenchError) {
    self.plan = plan
    self.dataset = dataset
    blas = try rethrowing { () throws(BLASError) in try BLAS.load() }
  }

  /// Runs all rounds.
  ///
  /// - Parameters:
  ///   - withScaling: also tells speed-ups over one thread, and what a cost model predicts.
  ///   - networks: links in Gbit/s, for which it also tells what the model predicts of several machines.
  ///   - observe: is told of everything as it comes.
  /// - Returns: a summary for each configuration of the plan.
  /// - Throws: ``BenchError/didNotLearn(configuration:accuracy:floor:)`` after the first run that did not.
  @discardableResult
  package func run(
    withScaling: Bool = false, networks: [Int] = [], observe: (BenchEvent) -> Void
  ) throws(BenchError) -> [BenchSummary] {
    let coreCount = ProcessorAffinity.availableCores()
    observe(
      .machine(
        MachineDescription(
          environment: RunEnvironment(blas: blas), coreCount: coreCount, dataset: dataset.description.name)))
    let probe = MachineProbe(blas)
    var states: [MachineState] = []
    var measurements: [[BenchMeasurement]] = plan.configurations.map { _ in [] }
    for round in 0..<plan.rounds {
      let state = probe.state()
      states.append(state)
      observe(.probe(round: round, state))
      for index in plan.order(round: round) {
        let measurement = try measure(plan.configurations[index], round: round)
        measurements[index].append(measurement)
        observe(.measurement(measurement))
      }
    }
    guard let state = MachineState.best(of: states) else { return [] }
    var summaries: [BenchSummary] = []
    for values in measurements {
      guard let summary = try summary(values, state: state, coreCount: coreCount) else { continue }
      summaries.append(summary)
      observe(.summary(summary))
    }
    let curve = ScalingCurve(blas, state: state, dataset: dataset)
    if withScaling {
      for point in curve.points(summaries) { observe(.scaling(point)) }
    }
    for point in curve.networkPoints(summaries, gigabitsPerSecond: networks) { observe(.network(point)) }
    return summaries
  }

  private func measure(_ configuration: BenchConfiguration, round: Int) throws(BenchError) -> BenchMeasurement {
    let execution = Execution(
      threads: configuration.threads, memoryBudget: configuration.mode.memoryBudget(for: dataset))
    let history = try rethrowing { () throws(TrainingError) in
      try Trainer(configuration.trainingJob(on: dataset), on: dataset, execution: execution).fit(epochs: plan.epochs)
    }
    let timed = history.epochs.count > 1 ? history.epochs.dropFirst() : history.epochs[...]
    guard let fastest = timed.min(by: { $0.trainSeconds < $1.trainSeconds }), let last = history.epochs.last else {
      throw .other(
        Diagnosis(.usage, found: "no epoch to time", expected: "1 or more", remedy: "raise --epochs"))
    }
    let floor = configuration.job.accuracyFloor(epochs: history.epochs.count)
    guard last.training.accuracy >= floor else {
      throw .didNotLearn(configuration: configuration.title, accuracy: last.training.accuracy, floor: floor)
    }
    return BenchMeasurement(
      configuration: configuration, round: round, trainMilliseconds: fastest.trainSeconds * 1e3,
      sampleCount: fastest.sampleCount, phases: fastest.phases, accuracy: last.training.accuracy)
  }

  private func summary(
    _ measurements: [BenchMeasurement], state: MachineState, coreCount: Int
  ) throws(BenchError) -> BenchSummary? {
    guard let best = measurements.min(by: { $0.trainMilliseconds < $1.trainMilliseconds }),
      let statistics = RunStatistics(measurements.map(\.trainMilliseconds))
    else { return nil }
    let configuration = best.configuration
    let arithmetic = StepArithmetic(widths: configuration.job.widths(for: dataset.description))
    return BenchSummary(
      configuration: configuration, laneCount: configuration.laneCount, trainMilliseconds: statistics, best: best,
      gigaOperations: arithmetic.gigaOperations(samples: best.sampleCount),
      sgemmGigaflops: state.gigaflops(laneCount: configuration.laneCount, coreCount: coreCount),
      pieces: try StepPieces(configuration, on: dataset).measure())
  }
}
