import PTrainData
import PTrainKernels
import PTrainNetwork
import PTrainParallel
import PTrainTraining

/// Speed-ups over one thread, beside those of a ``CostModel`` whose rates were measured.
struct ScalingCurve {
  /// A machine larger than any that the figures come from.
  static let predictedThreads = 64

  private let blas: BLAS
  private let state: MachineState
  private let dataset: Dataset

  init(_ blas: BLAS, state: MachineState, dataset: Dataset) {
    self.blas = blas
    self.state = state
    self.dataset = dataset
  }

  /// A point for each summary, and a prediction after the last one of each curve.
  func points(_ summaries: [BenchSummary]) -> [ScalingPoint] {
    var points: [ScalingPoint] = []
    var curve: [BenchSummary] = []
    for summary in summaries {
      if let first = curve.first, !first.configuration.isOnCurve(of: summary.configuration) {
        points += self.points(curve: curve)
        curve = []
      }
      curve.append(summary)
    }
    return points + self.points(curve: curve)
  }

  /// - Parameter curve: summaries that differ in threads alone.
  private func points(curve: [BenchSummary]) -> [ScalingPoint] {
    guard let base = curve.min(by: { $0.configuration.threads < $1.configuration.threads }) else { return [] }
    let model = CostModel(rates: rates(base.configuration))
    let samples = base.best.sampleCount
    let measured = curve.map { summary in
      ScalingPoint(
        configuration: summary.configuration, trainMilliseconds: summary.trainMilliseconds.minimum,
        predictedMilliseconds: predict(
          summary.configuration, laneCount: summary.laneCount, samples: samples, model: model),
        speedUp: base.trainMilliseconds.minimum / summary.trainMilliseconds.minimum)
    }
    let large = base.configuration.withThreads(Self.predictedThreads)
    let predicted = predict(large, laneCount: Self.predictedThreads, samples: samples, model: model)
    let predictedBase = predict(base.configuration, laneCount: base.laneCount, samples: samples, model: model)
    return measured + [
      ScalingPoint(
        configuration: large, trainMilliseconds: nil, predictedMilliseconds: predicted,
        speedUp: predictedBase / predicted)
    ]
  }

  func rates(_ configuration: BenchConfiguration) -> MachineRates {
    let perCore = state.allCoresGigaflops / Double(ProcessorAffinity.availableCores())
    return MachineRates(
      bytesPerSecond: BandwidthProbe.bytesPerSecond(workingSet: 8 * shape(configuration, laneCount: 1).parameterCount),
      lineSeconds: (state.lineNanoseconds ?? 0) * 1e-9,
      contention: max(1, state.oneCoreGigaflops / max(perCore, 1e-9)))
  }

  private func predict(
    _ configuration: BenchConfiguration, laneCount: Int, samples: Int, model: CostModel
  ) -> Double {
    let shape = shape(configuration, laneCount: laneCount)
    let cost = StepCost(
      productSeconds: productSeconds(shape), bytes: shape.bytes, lineTransfers: shape.lineTransfers)
    let steps = (samples + shape.batchSize - 1) / shape.batchSize
    return Double(steps) * model.stepSeconds(cost, laneCount: laneCount) * 1e3
  }

  /// Seconds of the busiest lane's matrix products.
  func productSeconds(_ shape: StepShape) -> Double { ProductTimer(blas: blas).seconds(shape) }

  func shape(_ configuration: BenchConfiguration, laneCount: Int) -> StepShape {
    let job = configuration.job
    let network = try? Network(job.model(for: dataset.description), loss: .sparseCategoricalCrossEntropy)
    let firstLayerTasks =
      configuration.reduction == .buffered
      ? nil
      : network.map {
        OutputSlice.firstLayerTaskCount($0, batchSize: job.batchSize, microbatchCount: configuration.shards)
      }
    return StepShape(
      widths: job.widths(for: dataset.description), batchSize: job.batchSize,
      shards: configuration.shards, laneCount: laneCount, writesGradients: configuration.reduction == .buffered,
      firstLayerTasks: firstLayerTasks ?? 0, stateCount: job.stateCount)
  }
}
