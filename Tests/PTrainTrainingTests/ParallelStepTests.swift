import PTrainCore
import PTrainData
import PTrainKernels
import PTrainNetwork
import PTrainTraining
import Testing

/// One lane, one microbatch, no loader, no team: the training loop as a textbook has it.
private struct PlainTrainer {
  let weights: [Float]
  let meanLosses: [Double]

  init(_ job: Job, on dataset: Dataset, epochs: Int) throws {
    let network = try Network(job.model, loss: job.loss)
    let rule = try UpdateRule(job.optimizer, parameterCount: network.layout.count)
    let parameters = network.initialParameters(seed: job.seed)
    let gradient = FloatBuffer(count: network.layout.count)
    let state = FloatBuffer(count: rule.stateCount)
    let split = try Split(count: dataset.train.count, validationFraction: job.validationSplit)
    let workspace = try BatchWorkspace(for: network, rows: job.batchSize)
    let pixels = try Self.decode(dataset.train)
    var meanLosses: [Double] = []
    var step = 0
    for epoch in 0..<epochs {
      let order = SampleOrder.uniform(count: split.training.count, seed: job.seed, epoch: epoch)
      var loss = 0.0
      for start in stride(from: 0, to: order.count, by: job.batchSize) {
        let samples = order[start..<min(start + job.batchSize, order.count)]
        for (row, sample) in samples.enumerated() {
          for pixel in 0..<12 {
            workspace.input[row, pixel] = Float(pixels[Int(sample) * 12 + pixel]) * Float(1.0 / 255)
          }
          workspace.labels[row] = dataset.train.labels[Int(sample)]
        }
        let rows = 0..<samples.count
        network.forward(
          parameters: UnsafePointer(parameters.base), workspace: workspace, rows: rows,
          mode: .training(seed: job.seed, step: step))
        loss += network.loss(workspace, rows: rows, gradientScale: 1 / Float(samples.count)).loss
        network.backward(
          parameters: UnsafePointer(parameters.base), workspace: workspace, rows: rows, gradient: gradient.base)
        step += 1
        rule.update(
          parameters: parameters.base, gradient: gradient.base, state: state.base, range: 0..<network.layout.count,
          step: step)
      }
      meanLosses.append(loss / Double(order.count))
    }
    weights = parameters.copy()
    self.meanLosses = meanLosses
  }

  static func decode(_ split: DatasetSplit) throws -> [UInt8] {
    var pixels: [UInt8] = []
    var decoder = try FrameDecoder()
    for (index, frame) in split.frames.enumerated() {
      var bytes = [UInt8](repeating: 0, count: frame.samples.count * split.sampleBytes)
      try bytes.withUnsafeMutableBytes { bytes throws in try split.decode(frame: index, with: &decoder, into: bytes) }
      pixels += bytes
    }
    return pixels
  }
}

struct ParallelStepTests {
  /// Weights are below 2 and take about 40 updates; each rounds a sum of at most 9 gradients of about 0.1
  /// differently: 40 · 9 · 2⁻²⁴ · 0.1 ≈ 2e-6, amplified by the model's curvature. A missing, doubled or
  /// misplaced microbatch changes weights by 1e-3 and more.
  private static let tolerance: Float = 2e-5

  @Test(arguments: 1...9, Reduction.allCases)
  func everyCutOfTheMinibatchTrainsLikeThePlainTrainer(batchSize: Int, reduction: Reduction) throws {
    let tiny = try TinyDataset(count: 29)
    let optimizer = Optimizer.sgd(learningRate: 0.05, momentum: batchSize % 2 == 0 ? .none : .classical(0.5))
    for microbatchCount in 1...9 {
      let job = Job(
        dataset: tiny.dataset, model: tinyModel(dropout: 0.25), optimizer: optimizer, batchSize: batchSize,
        seed: UInt64(batchSize), microbatchCount: microbatchCount, reduction: reduction)
      let plain = try PlainTrainer(job, on: tiny.dataset, epochs: 2)
      var bits: [Float]?
      for lanes in 1...4 {
        let trainer = try Trainer(job, on: tiny.dataset, execution: execution(lanes: lanes))
        let history = try trainer.fit(epochs: 2)
        let distance = zip(trainer.weights, plain.weights).map { abs($0 - $1) }.max() ?? .infinity
        let trace = "batch \(batchSize), \(microbatchCount) microbatches, \(lanes) lanes"
        #expect(distance <= Self.tolerance, "\(trace)")
        for (summary, loss) in zip(history.epochs, plain.meanLosses) {
          #expect(abs(summary.training.loss - loss) <= Double(Self.tolerance), "\(trace)")
        }
        #expect(bits == nil || bits == trainer.weights, "\(trace): other bits than with one lane")
        bits = trainer.weights
      }
    }
  }

  @Test(
    arguments: [Optimizer.sgd(learningRate: 0.1), .sgd(learningRate: 0.05, momentum: .nesterov(0.9)), .adam()],
    Reduction.allCases)
  func laneCountDoesNotChangeBitsHistoryOrCheckpoint(optimizer: Optimizer, reduction: Reduction) throws {
    let tiny = try TinyDataset(count: 67)
    let job = Job(
      dataset: tiny.dataset, model: tinyModel(dropout: 0.5), optimizer: optimizer, batchSize: 10, seed: 3,
      microbatchCount: 8, reduction: reduction)
    var first: [UInt8]?
    for lanes in [1, 2, 3, 8] {
      let trainer = try Trainer(job, on: tiny.dataset, execution: execution(lanes: lanes))
      try trainer.fit(epochs: 3)
      let bytes = try trainer.checkpointBytes()
      #expect(first == nil || first == bytes, "\(lanes) lanes")
      first = bytes
    }
  }

  /// Layers so wide that slices cut through them: most parameters in the second, then in the first, whose
  /// outputs are then formed by slices too.
  /// Each of 100 steps rounds a weight of up to 1 in its own way, by 2⁻²⁴; what is off by then grows with the
  /// loss's curvature, over 100 steps of rate 0.05 by less than 10 times: 100 · 2⁻²⁴ · 10 ≈ 6e-5. A slice that
  /// misses an output or takes one twice is off by 1e-2 and more.
  @Test(arguments: [[784, 20], [2000]])
  func fusedAgreesWithBufferedAfterAHundredSteps(hidden: [Int]) throws {
    let tiny = try TinyDataset(count: 286)
    let model = Sequential(inputShape: [3, 4]) {
      Flatten()
      for width in hidden { Dense(width, activation: .relu) }
      Dense(3, activation: .softmax)
    }
    var weights: [[Float]] = []
    for reduction in Reduction.allCases {
      let job = Job(
        dataset: tiny.dataset, model: model, optimizer: .sgd(learningRate: 0.05), batchSize: 20, microbatchCount: 8,
        reduction: reduction)
      var bits: [Float]?
      for lanes in 1...3 {
        let trainer = try Trainer(job, on: tiny.dataset, execution: execution(lanes: lanes))
        try trainer.fit(epochs: 10)
        #expect(trainer.state.progress.globalStep == 100)
        #expect(bits == nil || bits == trainer.weights, "\(reduction), \(lanes) lanes")
        bits = trainer.weights
      }
      weights.append(try #require(bits))
    }
    let distance = zip(weights[0], weights[1]).map { abs($0 - $1) }.max() ?? .infinity
    #expect(distance <= 6e-5)
    #expect(distance > 0, "two ways that round differently")
  }

  @Test func learningSucceeds() throws {
    let tiny = try TinyDataset(count: 300)
    let job = Job(
      dataset: tiny.dataset, model: tinyModel(), optimizer: .adam(learningRate: 0.01), batchSize: 10,
      microbatchCount: 4)
    let trainer = try Trainer(job, on: tiny.dataset, execution: execution(lanes: 2))
    let history = try trainer.fit(epochs: 20)
    let last = try #require(history.epochs.last)
    #expect(last.training.loss < 0.1)
    #expect(try #require(last.validation).accuracy > 0.95)
    #expect(try trainer.evaluate().accuracy >= 0.9)
    #expect(last.sampleCount == 210)
    #expect(last.globalStep == 20 * 21)
    let shares = last.phases.compute + last.phases.dataWait + last.phases.reductionWait
    #expect(abs(shares - 1) < 1e-9)
  }

  @Test func aLossThatIsNotFiniteStopsBeforeItsUpdate() throws {
    let tiny = try TinyDataset(count: 29)
    let job = Job(
      dataset: tiny.dataset, model: tinyModel(), optimizer: .sgd(learningRate: 1e38), batchSize: 5,
      microbatchCount: 2)
    let trainer = try Trainer(job, on: tiny.dataset, execution: execution(lanes: 2))
    let error = #expect(throws: TrainingError.self) { try trainer.fit(epochs: 5) }
    guard case .diverged(let divergence, _) = try #require(error) else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(!divergence.loss.isFinite)
    #expect(trainer.state.progress.sums.loss.isFinite)
    #expect(
      trainer.state.progress.sums.samples == min(trainer.state.progress.step * 5, 20),
      "the failed step isn't counted")
  }

  @Test func gradientBuffersBeyondTheMachinesMemoryAreRefused() throws {
    let tiny = try TinyDataset(count: 29)
    // 12 weights and a bias for each unit, in 1,024 buffers of four-byte numbers.
    let units = MachineMemory.bytes / (4 * 1024 * 13) + 1
    let model = Sequential(inputShape: [3, 4]) {
      Flatten()
      Dense(units, weightInitializer: .zeros)
      Dense(3, activation: .softmax, weightInitializer: .zeros)
    }
    let job = Job(
      dataset: tiny.dataset, model: model, batchSize: 1, microbatchCount: 1024, reduction: .buffered)
    let error = #expect(throws: TrainingError.self) {
      try Trainer(job, on: tiny.dataset, execution: execution(lanes: 1))
    }
    #expect(try #require(error).diagnosis.found.contains("1024 shards"))
  }
}
