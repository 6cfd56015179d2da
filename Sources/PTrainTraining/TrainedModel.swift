import PTrainCore
import PTrainData
import PTrainNetwork
import PTrainParallel

/// A model with its parameters, to evaluate and to predict with.
public final class TrainedModel {
  public let model: Sequential
  public let loss: Loss
  /// What it was trained with; `nil` if that is not known, or not among ptrain's.
  public let optimizer: Optimizer?
  /// The name of the loss that it was trained with, if ptrain doesn't compute that: it predicts, but has no loss.
  package let unsupportedLoss: String?
  private let network: Network
  private let parameters: FloatBuffer

  /// The model in the checkpoint at `path`.
  package convenience init(checkpoint path: String) throws(TrainingError) {
    let checkpoint = try Checkpoint(path: path)
    let job = checkpoint.job
    let network = try rethrowing { () throws(ModelError) in try Network(job.model, loss: job.loss) }
    try self.init(network, job.model, checkpoint.parameters(layout: network.layout), optimizer: job.optimizer)
  }

  /// A model with its parameters, in the order of its ``ParameterLayout``.
  ///
  /// - Throws: ``ModelError``'s diagnosis if the model can't be, or if there are more or fewer parameters than it has.
  package convenience init(
    _ model: Sequential, loss: Loss, optimizer: Optimizer?, parameters: [Float], unsupportedLoss: String? = nil
  ) throws(TrainingError) {
    let network = try rethrowing { () throws(ModelError) in try Network(model, loss: loss) }
    guard parameters.count == network.layout.count else {
      throw .outOfRange("\(parameters.count) parameters", expected: "\(network.layout.count), as the model has")
    }
    self.init(network, model, FloatBuffer(parameters), optimizer: optimizer, unsupportedLoss: unsupportedLoss)
  }

  init(
    _ network: Network, _ model: Sequential, _ parameters: consuming FloatBuffer, optimizer: Optimizer?,
    unsupportedLoss: String? = nil
  ) {
    self.network = network
    self.model = model
    self.parameters = parameters
    self.optimizer = optimizer
    self.unsupportedLoss = unsupportedLoss
    loss = network.loss
  }

  /// Where each parameter is among ``parameterValues``.
  package var layout: ParameterLayout { network.layout }

  /// All parameters, in the order of ``layout``.
  package var parameterValues: [Float] { parameters.copy() }

  /// The SHA-256 of the parameters' bytes, little-endian, in layout order.
  public var parametersDigest: Digest { Digest(of: UnsafeRawBufferPointer(parameters.elements)) }

  /// The loss, to train on or to measure with.
  ///
  /// - Throws: ``TrainingError/unsupportedLoss(_:)``.
  package func requiredLoss() throws(TrainingError) -> Loss {
    if let unsupportedLoss { throw .unsupportedLoss(unsupportedLoss) }
    return loss
  }

  /// Keras's table of the layers.
  public func summary() throws(TrainingError) -> String {
    try rethrowing { () throws(ModelError) in try ModelSummary(model).text }
  }

  /// Loss and accuracy over all test samples of `dataset`, with `threads` workers.
  public func evaluate(on dataset: Dataset, threads: Int) throws(TrainingError) -> Evaluation {
    guard threads >= 1 else { throw .outOfRange("\(threads) threads", expected: "1 or more") }
    _ = try requiredLoss()
    try network.check(fits: dataset)
    guard let test = dataset.test, test.count > 0 else { throw .noTestSamples(folder: dataset.folder) }
    let team = WorkerTeam(laneCount: ProcessorAffinity.laneCount(threads: threads))
    let lanes = try EvaluationLanes(network: network, splits: [test], laneCount: team.laneCount)
    return try Evaluator(
      network, parameters: UnsafePointer(parameters.base), source: StreamedFrames(test), samples: 0..<test.count,
      conversion: RowConversion(dataset.description), lanes: lanes
    ).evaluate(team)
  }

  /// The model's outputs for one sample: probabilities, if it ends in softmax.
  ///
  /// - Parameter sample: as many numbers as the input shape has, in row-major order.
  public func predict(_ sample: [Float]) throws(TrainingError) -> [Float] {
    guard sample.count == network.inputCount else {
      throw .outOfRange(
        "\(sample.count) numbers for a sample", expected: "\(network.inputCount), as the model's input has")
    }
    let workspace = try rethrowing { () throws(ModelError) in try BatchWorkspace(for: network, rows: 1) }
    for (index, number) in sample.enumerated() { workspace.input.base[index] = number }
    network.forward(
      parameters: UnsafePointer(parameters.base), workspace: workspace, rows: 0..<1, mode: .inference)
    return Array(network.output(workspace).elements)
  }

  /// The model's outputs for one packed sample of `dataset`.
  package func predict(_ pixels: [UInt8], of dataset: Dataset) throws(TrainingError) -> [Float] {
    try network.check(fits: dataset)
    var sample = [Float](repeating: 0, count: pixels.count)
    let conversion = RowConversion(dataset.description)
    sample.withUnsafeMutableBufferPointer { sample in
      pixels.withUnsafeBufferPointer { pixels in conversion.convert(pixels, into: sample) }
    }
    return try predict(sample)
  }
}

extension Network {
  /// Throws unless this takes `dataset`'s samples and tells its classes apart.
  func check(fits dataset: Dataset) throws(TrainingError) {
    let description = dataset.description
    try rethrowing { () throws(ModelError) in
      try plan.check(sampleShape: description.sampleShape.dimensions, classCount: description.classCount)
    }
  }
}
