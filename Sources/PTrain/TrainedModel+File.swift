import PTrainCore
import PTrainInterchange
import PTrainStorage
import PTrainTraining

extension TrainedModel {
  /// The model in the file at `path`: a checkpoint, `.h5`, `.keras`, `.npz` or `.safetensors` (told apart by
  /// content), or the newest checkpoint of the run's folder at `path`.
  ///
  /// Of Keras's files only descriptions and numbers are read, never code. A model that Keras trained on logits
  /// gets a softmax at its end: it gives probabilities, and Keras's loss and accuracy.
  public convenience init(contentsOf path: String) throws(TrainingError) {
    let path = RunFolder.checkpointPath(path)
    guard let found = try rethrowing({ () throws(Diagnosed) in try ModelFile.read(path) }) else {
      try self.init(checkpoint: path)
      return
    }
    try self.init(
      found.model, loss: found.loss, optimizer: found.optimizer, parameters: found.parameters,
      unsupportedLoss: found.unsupportedLoss)
  }

  /// Writes the model to the file at `path`, in the format that its ending names: `.h5`, `.keras`, `.npz`,
  /// `.safetensors` or `.onnx`.
  ///
  /// A file that is there is replaced whole; the same model gives the same bytes.
  public func save(to path: String) throws(TrainingError) {
    let bytes = try encoded(for: path)
    try rethrowing { () throws(StorageError) in try DurableFile.replace(path, with: bytes) }
  }

  /// Throws what ``save(to:)`` would throw of a model like this, and leaves `path` as it is.
  package func checkSavable(to path: String) throws(TrainingError) {
    _ = try encoded(for: path)
    try rethrowing { () throws(StorageError) in try DurableFile.checkWritable(path) }
  }

  private func encoded(for path: String) throws(TrainingError) -> [UInt8] {
    try rethrowing { () throws(Diagnosed) in
      try ModelFile.format(of: path).encode(
        ExchangedModel(
          model: model, loss: loss, optimizer: unsupportedLoss == nil ? optimizer : nil, parameters: parameterValues,
          unsupportedLoss: unsupportedLoss))
    }
  }
}

/// Runs `body`, which throws an error of a lower floor, on the terms of training.
private func rethrowing<Failure: DiagnosableError, Value>(
  _ body: () throws(Failure) -> Value
) throws(TrainingError) -> Value {
  do throws(Failure) { return try body() } catch { throw .other(error.diagnosis) }
}
