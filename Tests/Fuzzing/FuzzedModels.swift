import PTrainCore
import PTrainData
import PTrainInterchange
import PTrainReport
import PTrainStorage
import PTrainTraining

/// Readers of trained models.
enum FuzzedModels {
  static func safetensors(_ bytes: [UInt8]) {
    attempt { () throws(WeightsError) in use(try SafetensorsWeights.read(bytes), readFrom: bytes) }
  }

  /// 0: the file. 1: the frame in front of its seal. 2: the content of that frame.
  static func checkpoint(_ bytes: [UInt8]) {
    let (choice, rest) = Wrapping.choice(bytes, of: 3)
    let file = choice == 0 ? rest : Wrapping.sealed(choice == 1 ? rest : Wrapping.frame(rest))
    attempt { () throws(TrainingError) in
      let checkpoint = try Checkpoint(path: Scratch.file("ckpt.zst", file))
      touch(CheckpointReport.text(checkpoint, path: "ckpt.zst"))
      touch(try TrainedModel(checkpoint).summary())
    }
  }

  static func h5(_ bytes: [UInt8]) {
    attempt { () throws(KerasFileError) in use(try KerasFile.model(h5: bytes), readFrom: bytes) }
  }

  /// 0: the file. 1: its `config.json` and its `model.weights.h5`.
  static func keras(_ bytes: [UInt8]) {
    let (choice, rest) = Wrapping.choice(bytes, of: 2)
    let (config, weights) = Wrapping.halves(rest)
    let file = choice == 0 ? rest : Wrapping.zip([("config.json", config), ("model.weights.h5", weights)])
    touch(KerasFile.isArchive(file))
    attempt { () throws(KerasFileError) in use(try KerasFile.model(archive: file), readFrom: file) }
  }

  /// 0: a model. 1: its description, and an array of it. 2: an array. 3: samples and labels.
  static func npz(_ bytes: [UInt8]) {
    let (choice, rest) = Wrapping.choice(bytes, of: 4)
    let (first, second) = Wrapping.halves(rest)
    switch choice {
    case 0: readWeights(rest)
    case 1: readWeights(Wrapping.zip([("ptrain.npy", first), ("dense.weight.npy", second)]))
    case 2: attempt { () throws(StorageError) in touch(try NumpyArray(file: rest).bytes.count) }
    default: readSamples(Wrapping.zip([("x.npy", first), ("y.npy", second)]))
    }
  }

  private static func readWeights(_ file: [UInt8]) {
    attempt { () throws(WeightsError) in use(try NumpyWeights.read(file), readFrom: file) }
  }

  private static func readSamples(_ file: [UInt8]) {
    attempt { () throws(DatasetError) in touch(try NumpySamples(Scratch.file("npz", file)).source("train")) }
  }

  /// Does with a model what its size in the file allows.
  private static func use(_ found: ExchangedModel, readFrom file: [UInt8]) {
    // A half-precision number has two bytes, and zip packs at most a thousandfold.
    precondition(found.parameters.count <= 1100 * file.count)
    attempt { () throws(TrainingError) in
      let model = try TrainedModel(
        found.model, loss: found.loss, optimizer: found.optimizer, parameters: found.parameters,
        unsupportedLoss: found.unsupportedLoss)
      touch(try model.summary())
      let inputs = found.model.inputShape.reduce(1) { min($0 * $1, 1 << 20) }
      if inputs <= 1024 { touch(try model.predict([Float](repeating: 0.5, count: inputs))) }
    }
  }
}
