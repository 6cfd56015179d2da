import PTrainCore
import PTrainData
import PTrainNetwork
import PTrainRanks

/// All that decides the result of a training run, to the last bit, on one kind of CPU.
///
/// What is not here has no say in the result: neither the number of threads, nor which of them did
/// what, nor when the run was stopped and resumed.
public struct Job: Equatable, Sendable, Codable {
  /// The root hash of the data set, which stands for all its bytes.
  public let dataset: Digest
  public let model: Sequential
  public let loss: Loss
  public let optimizer: Optimizer
  /// Samples of an optimizer update; the last one of an epoch may have fewer.
  public let batchSize: Int
  /// The share of the training samples, their last ones, that is set apart for validation: 0 ≤ s < 1.
  public let validationSplit: Double
  public let shuffle: Shuffle
  public let seed: UInt64
  /// Slices that each minibatch is cut into (`--shards`): their gradients are summed in order.
  public let microbatchCount: Int
  public let reduction: Reduction
  /// The digest of the parameters that training starts from; `nil` for those that the seed draws.
  public let initialParameters: Digest?

  /// A job with the defaults of the reference job.
  public init(
    dataset: Dataset, model: Sequential, loss: Loss = .sparseCategoricalCrossEntropy,
    optimizer: Optimizer = .sgd(learningRate: 0.01), batchSize: Int = 20, validationSplit: Double = 0.3,
    shuffle: Shuffle = .uniform, seed: UInt64 = 1, microbatchCount: Int = 1, reduction: Reduction = .standard,
    initialParameters: Digest? = nil
  ) {
    self.dataset = dataset.root
    self.model = model
    self.loss = loss
    self.optimizer = optimizer
    self.batchSize = batchSize
    self.validationSplit = validationSplit
    self.shuffle = shuffle
    self.seed = seed
    self.microbatchCount = microbatchCount
    self.reduction = reduction
    self.initialParameters = initialParameters
  }

  private enum CodingKeys: String, CodingKey {
    case dataset, model, loss, optimizer, shuffle, seed, reduction
    case batchSize = "batch_size"
    case validationSplit = "validation_split"
    case microbatchCount = "shards"
    case initialParameters = "initial_parameters"
  }

  /// Throws unless every number is in its range.
  func check() throws(TrainingError) {
    guard batchSize >= 1 else { throw .outOfRange("a batch size of \(batchSize)", expected: "1 or more") }
    guard batchSize <= Self.largestBatchSize else {
      throw .outOfRange("a batch size of \(batchSize)", expected: "\(Self.largestBatchSize) or less")
    }
    guard (1...Self.largestMicrobatchCount).contains(microbatchCount) else {
      throw .outOfRange("\(microbatchCount) shards of a minibatch", expected: "1…\(Self.largestMicrobatchCount)")
    }
    guard validationSplit >= 0, validationSplit < 1 else {
      throw .outOfRange("a validation split of \(validationSplit)", expected: "0 ≤ s < 1")
    }
    if case .window(let count) = shuffle, !(1...Self.largestShuffleWindow).contains(count) {
      throw .outOfRange("a shuffle buffer of \(count) samples", expected: "1…\(Self.largestShuffleWindow)")
    }
  }

  /// Above it, row counts would come near to OpenBLAS's 32-bit extents.
  public static let largestBatchSize = 1 << 24
  /// A data set has no more samples; sums with it don't overflow.
  public static let largestShuffleWindow = Int(UInt32.max)
  /// Each has a gradient buffer of its own.
  public static let largestMicrobatchCount = 1024
}

/// How the gradients of a minibatch's microbatches are summed.
///
/// It belongs to the job, because ways differ in rounding.
public enum Reduction: String, Hashable, Sendable, Codable, CaseIterable {
  /// Each microbatch writes its whole gradient; slices are then summed across the buffers, in order.
  case buffered
  /// Each microbatch keeps its activations and deltas; a slice of the gradient is then formed over all the
  /// minibatch's rows at once, by one matrix product, and never written out for each microbatch.
  case fused

  /// The faster one by the harness's figures (`ptrain bench`): a rule on the job alone.
  public static let standard = Reduction.fused
}

/// How a run is carried out. Nothing here changes its result.
public struct Execution: Equatable, Sendable {
  /// Wanted workers; no more lanes than cores run at once.
  public var threads: Int
  /// Bytes of decoded samples that may be kept; above it, samples are streamed through a window.
  public var memoryBudget: Int
  /// When ranks send what gradients are made of, where several processes train together.
  public var exchange = ExchangeMode.automatic
  /// The processes that train together, as this one sees them.
  package var ranks = RankGroup.alone
  /// Lanes in place of the smaller of threads and cores, for tests.
  package var laneCount: Int?

  /// 1 GB: a job's default window depends on it, so it doesn't depend on the machine.
  public static let defaultMemoryBudget = 1_000_000_000

  public init(threads: Int, memoryBudget: Int = Execution.defaultMemoryBudget) {
    self.threads = threads
    self.memoryBudget = memoryBudget
  }
}

extension Shuffle {
  /// The shuffle of a job that names none: uniform while `dataset`'s samples fit `memoryBudget` bytes, else a
  /// window that does.
  public static func `default`(for dataset: Dataset, memoryBudget: Int) -> Shuffle {
    Loader.defaultShuffle(for: dataset.train, memoryBudget: memoryBudget)
  }
}
