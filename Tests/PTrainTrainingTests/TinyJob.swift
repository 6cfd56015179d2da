import Glibc
import PTrainCore
import PTrainData
import PTrainNetwork
import PTrainTestSupport
import PTrainTraining

/// A data set of `count` training and 10 test samples of 3 × 4 bytes (or others) in 3 classes, packed in shards
/// of 16 and frames of 4 (or more), so that even small counts meet boundaries of all kinds.
struct TinyDataset {
  let folder: TemporaryFolder
  let dataset: Dataset

  init(count: Int, height: Int = 3, width: Int = 4, samplesPerShard: Int = 16, rowsPerFrame: Int = 4) throws {
    folder = try TemporaryFolder()
    let shape = (height: height, width: width)
    try Self.write(count: count, shape, seed: 1, images: folder.path + "/ti", labels: folder.path + "/tl")
    try Self.write(count: 10, shape, seed: 2, images: folder.path + "/vi", labels: folder.path + "/vl")
    var options = DatasetPacker.Options()
    options.samplesPerShard = samplesPerShard
    options.rowsPerFrame = rowsPerFrame
    options.classCount = 3
    try DatasetPacker.pack(
      train: .init(images: folder.path + "/ti", labels: folder.path + "/tl"),
      test: .init(images: folder.path + "/vi", labels: folder.path + "/vl"), out: folder.path + "/data",
      options: options)
    dataset = try Dataset.open(folder.path + "/data")
  }

  private static func write(
    count: Int, _ shape: (height: Int, width: Int), seed: UInt64, images: String, labels: String
  ) throws {
    let size = shape.height * shape.width
    let random = CounterRandom(seed: seed, stream: .packing)
    let big = { (value: Int) in (0..<4).map { UInt8(truncatingIfNeeded: value >> (24 - 8 * $0)) } }
    let label = { (sample: Int) in UInt8(random.integer(sample, below: 3)) }
    let pixels = (0..<(count * size)).map { index -> UInt8 in
      // The label shows in every third pixel, so that there is something to learn.
      let bright = index % 3 == Int(label(index / size))
      return UInt8(random.integer(1000 + index, below: 128)) + (bright ? 100 : 0)
    }
    try save([0, 0, 8, 3] + big(count) + big(shape.height) + big(shape.width) + pixels, to: images)
    try save([0, 0, 8, 1] + big(count) + (0..<count).map(label), to: labels)
  }

  private static func save(_ bytes: [UInt8], to path: String) throws {
    let file = fopen(path, "w")
    defer { fclose(file) }
    fwrite(bytes, 1, bytes.count, file)
  }
}

/// A small model with every kind of layer that changes numbers.
func tinyModel(dropout: Float = 0) -> Sequential {
  Sequential(inputShape: [3, 4]) {
    Flatten()
    Dense(5, activation: .tanh)
    Dropout(dropout)
    Dense(3, activation: .softmax)
  }
}

func execution(lanes: Int, memoryBudget: Int = Execution.defaultMemoryBudget) -> Execution {
  var execution = Execution(threads: lanes, memoryBudget: memoryBudget)
  execution.laneCount = lanes
  return execution
}

extension Trainer {
  var weights: [Float] { state.parameters.copy() }
}
