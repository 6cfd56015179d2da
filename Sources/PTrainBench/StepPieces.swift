import PTrainCore
import PTrainData
import PTrainKernels
import PTrainNetwork
import PTrainParallel
import PTrainTraining

/// What the pieces of a step take on one lane, in nanoseconds.
package struct PieceTimes: Equatable, Sendable {
  package var gather = 0.0
  /// With the loss.
  package var forward = 0.0
  /// Deltas and gradients; for a reduction that sums inside the gradients' products, with that sum.
  package var backward = 0.0
  /// The sum of gradients that were written out.
  package var reduction = 0.0
  package var update = 0.0

  package init() {}

  package var total: Double { gather + forward + backward + reduction + update }

  func divided(by count: Double) -> PieceTimes {
    var result = self
    for piece in [\PieceTimes.gather, \.forward, \.backward, \.reduction, \.update] { result[keyPath: piece] /= count }
    return result
  }
}

/// A job's steps on one lane with a clock between the pieces. The real step has no such clocks; this one calls the
/// same functions in the same order.
final class StepPieces {
  private static let warmUpSteps = 20
  private static let largestStepCount = 500
  private static let seconds = 0.5

  private let configuration: BenchConfiguration
  private let dataset: Dataset
  private let network: Network
  private let rule: UpdateRule
  private let loader: Loader
  private let reader: LaneReader
  private let workspace: BatchWorkspace
  private let parameters: FloatBuffer
  private let state: FloatBuffer
  private let gradients: FloatBuffer
  private let stepCount: Int

  init(_ configuration: BenchConfiguration, on dataset: Dataset) throws(BenchError) {
    let job = configuration.trainingJob(on: dataset)
    let network = try rethrowing { () throws(ModelError) in try Network(job.model, loss: job.loss) }
    let rule = try rethrowing { () throws(ModelError) in
      try UpdateRule(job.optimizer, parameterCount: network.layout.count)
    }
    let split = try rethrowing { () throws(DatasetError) in
      try Split(count: dataset.train.count, validationFraction: job.validationSplit)
    }
    let plan = EpochPlan(
      shuffle: job.shuffle, seed: job.seed, training: split.training, shards: dataset.train.shardSamples)
    loader = try rethrowing { () throws(DatasetError) in
      try Loader(
        dataset.train, plan: plan, conversion: RowConversion(dataset.description), batchSize: job.batchSize,
        memoryBudget: configuration.mode.memoryBudget(for: dataset), usesThread: false)
    }
    reader = try rethrowing { () throws(DatasetError) in try LaneReader(for: dataset.train) }
    workspace = try rethrowing { () throws(ModelError) in
      try BatchWorkspace(for: network, rows: job.batchSize)
    }
    parameters = network.initialParameters(seed: job.seed)
    state = FloatBuffer(count: rule.stateCount)
    gradients = FloatBuffer(count: network.layout.count * configuration.shards)
    stepCount = split.training.count / job.batchSize
    (self.configuration, self.dataset, self.network, self.rule) = (configuration, dataset, network, rule)
  }

  /// The mean over some hundred steps, or as many as half a second holds.
  func measure() throws(BenchError) -> PieceTimes {
    try rethrowing { () throws(DatasetError) in
      try loader.rows.begin(epoch: 0, at: 0)
      // Cached rows are decoded beforehand, as they are from the second epoch on.
      if configuration.mode == .cached {
        for frame in dataset.train.frames.indices { _ = try loader.frames.rows(of: frame, by: reader) }
      }
      defer { loader.rows.end() }
      var times = PieceTimes()
      let warmUp = min(Self.warmUpSteps, stepCount / 4)
      for index in 0..<warmUp { try step(index, &times) }
      times = PieceTimes()
      let start = MonotonicClock.nanoseconds()
      var count = 0
      while warmUp + count < min(stepCount, Self.largestStepCount), MonotonicClock.seconds(since: start) < Self.seconds
      {
        try step(warmUp + count, &times)
        count += 1
      }
      return times.divided(by: Double(max(count, 1)))
    }
  }

  private func step(_ index: Int, _ times: inout PieceTimes) throws(DatasetError) {
    let batchSize = configuration.job.batchSize
    let plan = MicrobatchPlan(batchSize: batchSize, count: configuration.shards)
    let writesGradients = configuration.reduction == .buffered
    var watch = Watch()
    for microbatch in 0..<plan.filledCount {
      let rows = plan[microbatch]
      let first = index * batchSize
      try loader.rows.gather(
        (first + rows.lowerBound)..<(first + rows.upperBound), minibatchStart: first, into: workspace.input.rows(rows),
        labels: UnsafeMutableBufferPointer(rebasing: workspace.labels[rows]), by: reader)
      times.gather += watch.lap()
      network.forward(
        parameters: parameters.base, workspace: workspace, rows: rows, mode: .inference,
        hasTransposedWeights: microbatch > 0)
      _ = network.loss(workspace, rows: rows, gradientScale: 1 / Float(batchSize))
      times.forward += watch.lap()
      network.propagateDeltas(parameters: parameters.base, workspace: workspace, rows: rows)
      if writesGradients { formGradient(rows, into: gradients.base + microbatch * network.layout.count) }
      times.backward += watch.lap()
    }
    if !writesGradients { formGradient(0..<batchSize, into: gradients.base) }
    times.backward += watch.lap()
    reduce(plan, if: writesGradients)
    times.reduction += watch.lap()
    rule.update(
      parameters: parameters.base, gradient: gradients.base, state: state.base, range: 0..<network.layout.count,
      step: index + 1)
    times.update += watch.lap()
  }

  private func formGradient(_ rows: Range<Int>, into gradient: UnsafeMutablePointer<Float>) {
    for dense in network.denseStages {
      network.formGradient(
        of: dense, outputs: 0..<dense.outputs, workspace: workspace, rows: rows, gradient: gradient)
    }
  }

  private func reduce(_ plan: MicrobatchPlan, if writesGradients: Bool) {
    guard writesGradients, plan.filledCount > 1 else { return }
    let count = network.layout.count
    SumKernel.sum(
      blocks: gradients.base, count: plan.filledCount, stride: count, range: 0..<count, into: gradients.base)
  }
}

/// Time since the last look.
private struct Watch {
  private var last = MonotonicClock.nanoseconds()

  mutating func lap() -> Double {
    let now = MonotonicClock.nanoseconds()
    defer { last = now }
    return Double(now - last)
  }
}
