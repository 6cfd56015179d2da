import PTrainCore
import PTrainData
import PTrainKernels
import PTrainNetwork
import PTrainTraining

extension Workload {
  /// One frame of a shard, read and decoded.
  static let shardDecode = Workload("Shard decode, one frame") {
    let samples = try SyntheticSamples()
    let split = samples.dataset.train
    let reader = try LaneReader(for: split)
    var frame = 0
    return {
      _ = try reader.decode(frame, of: split)
      frame = (frame + 1) % split.frames.count
      _ = samples
    }
  }

  /// The rows of one minibatch, gathered from the cache and converted, in shuffled order.
  static func gather(rows count: Int) -> Workload {
    Workload("Loader gather, \(count) rows") {
      let samples = try SyntheticSamples()
      let minibatches = try Minibatches(samples, batchSize: count)
      return { try minibatches.gatherNext() }
    }
  }

  static let checkpointWrite = Workload("Checkpoint write, 784-512-512-10 with Adam") {
    let run = try SavedRun()
    return { try run.save() }
  }

  static let checkpointRead = Workload("Checkpoint read, 784-512-512-10 with Adam") {
    let run = try SavedRun()
    try run.save()
    return { _ = try Checkpoint(path: run.folder.newestCheckpoint) }
  }
}

/// The minibatches of one epoch after the other.
private final class Minibatches {
  private let samples: SyntheticSamples
  private let batchSize: Int
  private let loader: Loader
  private let reader: LaneReader
  private let workspace: BatchWorkspace
  private var step = 0

  init(_ samples: SyntheticSamples, batchSize: Int) throws {
    self.samples = samples
    self.batchSize = batchSize
    let split = samples.dataset.train
    let plan = EpochPlan(shuffle: .uniform, seed: 1, training: 0..<split.count, shards: split.shardSamples)
    loader = try Loader(
      split, plan: plan, conversion: RowConversion(samples.dataset.description), batchSize: batchSize,
      memoryBudget: Execution.defaultMemoryBudget, usesThread: false)
    reader = try LaneReader(for: split)
    let network = try Network(Workload.model(Workload.referenceWidths), loss: .sparseCategoricalCrossEntropy)
    workspace = try BatchWorkspace(for: network, rows: batchSize)
    try loader.rows.begin(epoch: 0, at: 0)
    for _ in 0..<(split.count / batchSize) { try gatherNext() }
  }

  func gatherNext() throws {
    if (step + 1) * batchSize > samples.dataset.train.count { step = 0 }
    let first = step * batchSize
    try loader.rows.gather(
      first..<(first + batchSize), minibatchStart: first, into: workspace.input,
      labels: UnsafeMutableBufferPointer(rebasing: workspace.labels[..<batchSize]), by: reader)
    step += 1
  }
}

/// A run that can be saved again and again.
private final class SavedRun {
  let folder: RunFolder
  private let samples: SyntheticSamples
  private let trainer: Trainer

  init() throws {
    samples = try SyntheticSamples()
    let job = Job(
      dataset: samples.dataset, model: Workload.model(Workload.midWidths), optimizer: .adam(), batchSize: 128)
    trainer = try Trainer(job, on: samples.dataset, execution: Execution(threads: 1))
    try trainer.fit(epochs: 1)
    folder = try RunFolder(new: samples.folder.path + "/run")
  }

  func save() throws {
    try folder.save(trainer.checkpointBytes(), completedEpochs: nil, keep: 0)
  }
}
