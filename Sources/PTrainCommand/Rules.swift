import PTrainData
import PTrainTraining

/// What each option with a value takes.
package enum Rules {
  static let threads = OptionRule.count("--threads", in: 1...1024, example: "8")
  static let mostShards = 1024
  static let shards = OptionRule.count("--shards", in: 1...mostShards, example: "8")
  static let exchange = OptionRule<ExchangeMode>.name("--exchange", example: .automatic)
  static let reduction = OptionRule<Reduction>.name("--reduction", example: .fused)
  static let epochs = OptionRule.count("--epochs", in: 1...1_000_000, example: "10")
  static let batchSize = OptionRule.count("--batch-size", in: 1...1_048_576, example: "20")
  static let hidden = OptionRule.list("--hidden", of: 1...1_048_576, count: 0...64, example: "20,20")
  static let activation = OptionRule<ActivationName>.name("--activation", example: .relu)
  static let optimizer = OptionRule<OptimizerName>.name("--optimizer", example: .sgd)
  static let learningRate = OptionRule.number(
    "--learning-rate", expected: "a finite number above 0", example: "0.01"
  ) { $0 > 0 && Float($0).isFinite && Float($0) > 0 }
  static let momentum = OptionRule.fraction("--momentum", example: "0.9")
  static let validationSplit = OptionRule.fraction("--validation-split", example: "0.3")
  static let seed = OptionRule<UInt64>(
    option: "--seed", expected: "a whole number from 0 to \(UInt64.max)", example: "1", parse: { UInt64($0) })
  static let checkpointEvery = OptionRule.count("--checkpoint-every", in: 1...1_000_000_000, example: "1000")
  static let tensorboardEvery = OptionRule.count("--tensorboard-every", in: 1...1_000_000_000, example: "100")
  static let keep = OptionRule<CheckpointRetention>(
    option: "--keep", expected: "'all' or a whole number of 0 or more", example: "3", parse: { .init($0) })
  static let memoryBudget = OptionRule<ByteSize>(
    option: "--memory-budget", expected: "a size such as 8MB, 512KiB or 1GB, of 64KiB at least", example: "1GB",
    parse: { text in ByteSize(text).flatMap { $0.bytes >= 64 << 10 ? $0 : nil } })
  static let shuffleBuffer = OptionRule.count("--shuffle-buffer", in: 1...1_000_000_000, example: "10000")
  static let index = OptionRule.count("--index", in: 0...Int(Int32.max), example: "20")
  static let sheetCount = OptionRule.count("--count", in: 1...1000, example: "100")
  static let partition = OptionRule<PartitionName>.name("--partition", example: .test)
  static let testSplit = OptionRule.fraction("--test-split", example: "0.2")
  static let color = OptionRule<PictureFormat.Color>.name("--colour", example: .grey)
  static let size = OptionRule<PictureSize>(
    option: "--size", expected: "width x height, each from 1 to \(PictureFormat.longestSide)", example: "28x28",
    parse: { PictureSize($0) })
  static let onCheckpointError = OptionRule<CheckpointErrorPolicy>.name("--on-checkpoint-error", example: .continue)
  static let stallTimeout = OptionRule.number(
    "--stall-timeout", expected: "a number of seconds from 1 to 1000000", example: "300"
  ) { $0 >= 1 && $0 <= 1_000_000 }
  static let shape = OptionRule.list("--shape", of: 1...1_048_576, count: 1...8, example: "28,28")
}

/// What follows a hidden layer.
package enum ActivationName: String, CaseIterable, Sendable, CustomStringConvertible {
  case linear, step, sigmoid, tanh, relu, softmax

  package var description: String { rawValue }
}

package enum OptimizerName: String, CaseIterable, Sendable, CustomStringConvertible {
  case sgd, adam

  package var description: String { rawValue }

  /// What ``TrainCommand`` takes if no learning rate is named.
  package var defaultLearningRate: Double {
    switch self {
    case .sgd: 0.01
    case .adam: 0.001
    }
  }
}

/// Which samples of a data set.
package enum PartitionName: String, CaseIterable, Sendable, CustomStringConvertible {
  case train, test

  package var description: String { rawValue }
}

/// How many of the epochs' checkpoints stay beside the newest one.
package enum CheckpointRetention: Equatable, Sendable, CustomStringConvertible {
  case all
  /// The last so many epochs' checkpoints.
  case newest(Int)

  package init?(_ text: String) {
    if text == "all" {
      self = .all
    } else if let count = Int(text), count >= 0 {
      self = .newest(count)
    } else {
      return nil
    }
  }

  package var description: String {
    switch self {
    case .all: "all"
    case .newest(let count): "\(count)"
    }
  }
}

extension CheckpointRetention {
  /// `nil` for all.
  var count: Int? {
    switch self {
    case .all: nil
    case .newest(let count): count
    }
  }
}
