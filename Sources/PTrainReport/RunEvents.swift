import PTrainTraining

/// A run's events, each as one JSON object a line, without the newline. Epochs count from 1 here.
///
/// Lines of `history.jsonl` are ``epoch(_:)`` events.
package enum RunEvents {
  /// `val_loss` and `val_accuracy` are `null` if no validation samples are set apart.
  package static func epoch(_ summary: EpochSummary) -> String {
    var line = JSONLine.event("epoch")
    line.add("epoch", summary.epoch + 1)
    line.add("loss", summary.training.loss)
    line.add("accuracy", summary.training.accuracy)
    line.add("val_loss", summary.validation?.loss)
    line.add("val_accuracy", summary.validation?.accuracy)
    line.add("train_seconds", summary.trainSeconds)
    line.add("epoch_seconds", summary.epochSeconds)
    line.add("samples_per_second", summary.samplesPerSecond)
    line.add("data_wait_seconds", summary.dataWaitSeconds)
    line.add("compute_share", summary.phases.compute)
    line.add("data_wait_share", summary.phases.dataWait)
    line.add("reduction_wait_share", summary.phases.reductionWait)
    if let communication = summary.communication {
      line.add("steps", summary.globalStep / (summary.epoch + 1))
      line.add("communication_seconds", communication.seconds)
      line.add("communication_hidden_seconds", communication.hiddenSeconds)
      line.add("communication_exposed_seconds", communication.exposedSeconds)
    }
    return line.text
  }

  package static func test(_ evaluation: Evaluation) -> String {
    var line = JSONLine.event("test")
    line.add("test_loss", evaluation.loss)
    line.add("test_accuracy", evaluation.accuracy)
    return line.text
  }

  package static func end(_ outcome: RunOutcome) -> String {
    var line = JSONLine.event("end")
    line.add("checkpoint", outcome.checkpoint)
    line.add("parameters_sha256", outcome.parametersDigest.hexadecimal)
    line.add("wall_seconds", outcome.wallSeconds)
    line.add("peak_memory_bytes", outcome.peakMemoryBytes)
    return line.text
  }

  /// - Parameters:
  ///   - label: the sample's own class.
  ///   - probabilities: `[classes]`.
  package static func prediction(index: Int, predicted: Int, label: Int, probabilities: [Float]) -> String {
    var line = JSONLine.event("prediction")
    line.add("index", index)
    line.add("class", predicted)
    line.add("label", label)
    line.add("probabilities", probabilities)
    return line.text
  }

  /// The prediction for a picture.
  ///
  /// - Parameter name: of the class, if it has one.
  package static func prediction(file: String, predicted: Int, name: String?, probabilities: [Float]) -> String {
    var line = JSONLine.event("prediction")
    line.add("file", file)
    line.add("class", predicted)
    if let name { line.add("name", name) }
    line.add("probabilities", probabilities)
    return line.text
  }

  /// Predictions that were written to `file`.
  package static func predictions(_ table: PredictionTable, file: String) -> String {
    var line = JSONLine.event("predictions")
    line.add("file", file)
    line.add("count", table.count)
    line.add("accuracy", table.accuracy)
    return line.text
  }

  /// Rows of `matrix` are labels, columns predicted classes; a class without samples or predictions has a `null`.
  package static func confusion(_ matrix: ConfusionMatrix) -> String {
    var line = JSONLine.event("confusion")
    line.add("classes", matrix.names)
    line.add("matrix", matrix.counts)
    line.add("recall", matrix.counts.indices.map(matrix.recall))
    line.add("precision", matrix.counts.indices.map(matrix.precision))
    line.add("accuracy", matrix.accuracy)
    return line.text
  }

  package static func mistake(_ mistake: Mistake) -> String {
    var line = JSONLine.event("mistake")
    line.add("index", mistake.index)
    line.add("label", mistake.label)
    line.add("class", mistake.predicted)
    line.add("probability", mistake.probability)
    return line.text
  }

  /// The file `history.jsonl` of `history`, whole.
  package static func historyFile(_ history: History) -> String {
    history.epochs.map { epoch($0) + "\n" }.joined()
  }
}
