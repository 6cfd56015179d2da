import PTrainCore
import PTrainData
import PTrainImages
import PTrainInterchange
import PTrainKernels
import PTrainNetwork
import PTrainStorage
import PTrainTraining

/// Well-formed inputs to begin with, made by ptrain's own writers.
extension FuzzTarget {
  package func seeds() throws -> [[UInt8]] {
    switch self {
    case .idx: [FuzzSeeds.images, FuzzSeeds.labels]
    case .gzip: [[0] + Wrapping.gzip(FuzzSeeds.images).dropFirst(2), [1] + FuzzSeeds.images, [1] + FuzzSeeds.labels]
    case .csv: [Array("label,a,b,c\n1,0,128,255\n0,7,8,9\n".utf8)]
    case .description: [try FuzzSeeds.packed("dataset.json")]
    case .shard: try FuzzSeeds.shards()
    case .safetensors: try FuzzSeeds.models.map { model in try SafetensorsWeights.encoded(model) }
    case .checkpoint: try FuzzSeeds.checkpoints()
    case .h5: try FuzzSeeds.models.map { model in try KerasFile.h5(model) }
    case .keras: try FuzzSeeds.keras()
    case .npz: try FuzzSeeds.npz()
    case .png: try FuzzSeeds.pictures()
    case .settings: [Array(#"{"threads":2,"memory_budget":1000000,"on_checkpoint_error":"fail"}"#.utf8)]
    case .history: [Array(#"{"event":"epoch","epoch":1,"loss":0.5,"train_seconds":1.5}"#.utf8)]
    case .values:
      ["20,20", "8MB", "512KiB", "28x28", "0.9", "1e-3", "all", "inf", "-1", "fused"].map { Array($0.utf8) }
    case .arguments: FuzzSeeds.commandLines.map { Array($0.replacing(" ", with: "\n").utf8) }
    }
  }
}

enum FuzzSeeds {
  /// Three samples of 2 × 1.
  static let images: [UInt8] = [0, 0, 8, 3, 0, 0, 0, 3, 0, 0, 0, 2, 0, 0, 0, 1, 1, 2, 3, 4, 5, 6]
  static let labels: [UInt8] = [0, 0, 8, 1, 0, 0, 0, 3, 0, 1, 2]

  static let commandLines = [
    "train --threads 8 --epochs 10 --hidden 20,20 --optimizer adam --json", "data pack photos --size 28x28",
    "resume runs/1 --epochs 20", "predict runs/1 --index 3", "bench --job mid --threads 1,2", "show --wrong runs/1",
    "train --hiden 3", "train --seed=-1 --help", "data", "--version", "export runs/1 -o m.h5",
  ]

  /// A file of a data set that is packed from the samples above.
  static func packed(_ name: String) throws -> [UInt8] {
    let source = DatasetPacker.Source(images: Scratch.file("images", images), labels: Scratch.file("labels", labels))
    var options = DatasetPacker.Options()
    (options.rowsPerFrame, options.classCount, options.classNames) = (2, 3, ["a", "b", "c"])
    // Of this call's own: a data set is not packed over another.
    let folder = Scratch.path("packed\(MonotonicClock.nanoseconds())")
    try DatasetPacker.pack(train: source, test: nil, out: folder, options: options)
    let names = DurableFile.names(in: folder)
    return try DurableFile.read("\(folder)/\(names.first { $0.hasSuffix(name) } ?? name)", limit: 1 << 20)
  }

  static func shards() throws -> [[UInt8]] {
    let file = try packed(".safetensors.zst")
    let header =
      Array(#"{"labels":{"dtype":"I32","shape":[2],"data_offsets":[0,8]},"#.utf8)
      + Array(#""images":{"dtype":"U8","shape":[2,2],"data_offsets":[8,12]}}"#.utf8)
    let content = [UInt8(header.count), 0, 0, 0, 0, 0, 0, 0] + header + [1, 0, 0, 0, 4, 0, 0, 0]
    return [[0, 2, 1] + file, [2, 2, 1] + file, [1, 1, 1] + Wrapping.joined(content, [1, 2, 3, 4])]
  }

  static var models: [ExchangedModel] {
    get throws {
      let models = [
        Sequential(inputShape: [2]) { Dense(3, activation: .softmax) },
        Sequential(inputShape: [2, 1]) {
          Flatten()
          Dense(2, activation: .relu, useBias: false)
          Dropout(0.25)
          Activation(.tanh)
        },
      ]
      return try models.map { model in
        let count = try ModelPlan(model).layout.count
        return ExchangedModel(
          model: model, loss: .categoricalCrossEntropy, optimizer: .sgd(learningRate: 0.1, momentum: .nesterov(0.5)),
          parameters: (0..<count).map { Float($0) / 8 })
      }
    }
  }

  static func keras() throws -> [[UInt8]] {
    try models.flatMap { model in
      let file = try KerasFile.archive(model)
      let archive = try ZipArchive(file, limit: 1 << 20)
      let parts = Wrapping.joined(
        try archive.content(named: "config.json"), try archive.content(named: "model.weights.h5"))
      return [[0] + file, [1] + parts]
    }
  }

  static func npz() throws -> [[UInt8]] {
    let file = try NumpyWeights.encoded(models[0])
    let archive = try ZipArchive(file, limit: 1 << 20)
    let weights = try archive.content(named: "dense.weight.npy")
    let samples = NumpyArray(.u8, try Shape([3, 2]), [1, 2, 3, 4, 5, 6]).file()
    return [
      [0] + file, [1] + Wrapping.joined(try archive.content(named: "ptrain.npy"), weights), [2] + weights,
      [3] + Wrapping.joined(samples, NumpyArray(.u8, try Shape([3]), [0, 1, 2]).file()),
    ]
  }

  static func pictures() throws -> [[UInt8]] {
    try [1, 3, 4].flatMap { channels in
      let file = try PNG.encode(PixelImage(width: 3, height: 2, channels: channels, filledWith: 77))
      return [[0] + file, [1] + file]
    }
  }

  static func checkpoints() throws -> [[UInt8]] {
    let model = try models[0].model
    _ = try packed("dataset.json")
    let folder = Scratch.threadFolder
    let names = DurableFile.names(in: folder)
    let dataset = try Dataset.open("\(folder)/\(names.first { $0.hasPrefix("packed") } ?? "")")
    let job = Job(dataset: dataset, model: model, optimizer: .adam(learningRate: 0.001), microbatchCount: 2)
    let state = TrainingState(
      layout: try ModelPlan(model).layout, optimizerStateNames: ["m", "v"], progress: RunProgress(epochsWanted: 2))
    let file = try Checkpoint.encoded(state, job: job, environment: RunEnvironment(blas: .load()), datasetPath: "data")
    let frame = Array(file.dropLast(53))
    let content = try frame.scoped { frame throws(StorageError) in
      try ZstdDecompressor().decompress(frame: frame, limit: 1 << 20)
    }
    return [[0] + file, [1] + frame, [2] + content]
  }
}
