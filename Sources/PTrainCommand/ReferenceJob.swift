import PTrainTraining

/// What ``TrainCommand`` does if nothing else is said: the reference job, 784-20-20-10 on MNIST.
///
/// `threads` is a number, not the machine's cores: it decides `shards`, and with them the bits of the result.
package enum ReferenceJob {
  package static let threads = 8
  package static let epochs = 10
  package static let hidden = IntegerList([20, 20])
  package static let activation = ActivationName.relu
  package static let optimizer = OptimizerName.sgd
  package static let momentum = 0.0
  package static let batchSize = 20
  package static let validationSplit = 0.3
  package static let seed: UInt64 = 1
  package static let memoryBudget = ByteSize(bytes: Execution.defaultMemoryBudget)
  package static let keep = CheckpointRetention.all
  package static let data = "datasets/mnist"
}
