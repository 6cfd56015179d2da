import PTrainCore
import PTrainTraining

/// What is inside a checkpoint, as text.
package enum CheckpointReport {
  /// Some lines, each ended by a newline. The checkpoint was verified when it was read.
  package static func text(_ checkpoint: Checkpoint, path: String) -> String {
    let job = checkpoint.job
    let progress = checkpoint.progress
    var lines = [
      "checkpoint   \(path), verified",
      "progress     \(progress.epoch) of \(progress.epochsWanted) epochs"
        + (progress.step > 0 ? " and \(progress.step) steps" : "") + ", \(progress.globalStep) steps in all",
      "data set     \(checkpoint.datasetPath), root \(job.dataset)",
      "job          batch size \(job.batchSize), \(job.microbatchCount) shards, seed \(job.seed), "
        + "validation split \(job.validationSplit), shuffle \(shuffle(job)), reduction \(job.reduction.rawValue)",
      "loss         \(job.loss.rawValue)",
      "optimizer    \(job.optimizer)",
      "environment  ptrain \(checkpoint.environment.version), \(checkpoint.environment.processor), "
        + "BLAS core \(checkpoint.environment.blasCore)",
      "parameters   sha256 \(checkpoint.parametersDigest)",
    ]
    if let last = progress.records.last { lines.append("last epoch   \(epoch(last))") }
    lines.append("tensors")
    lines += checkpoint.tensors.map { "  \($0.name)  \($0.type.rawValue)  \($0.shape)" }
    return lines.map { $0 + "\n" }.joined()
  }

  private static func shuffle(_ job: Job) -> String {
    switch job.shuffle {
    case .uniform: "uniform"
    case .window(let count): "window of \(count)"
    }
  }

  private static func epoch(_ record: EpochRecord) -> String {
    var text = "loss \(NumberText.fixed(record.training.loss, 4))"
    text += "  accuracy \(NumberText.percent(record.training.accuracy))"
    if let validation = record.validation {
      text += "  val_loss \(NumberText.fixed(validation.loss, 4))"
      text += "  val_accuracy \(NumberText.percent(validation.accuracy))"
    }
    return text
  }
}
