import FoundationEssentials
import PTrainCore
import PTrainStorage
import PTrainTraining

/// `history.jsonl` in a run's folder: the epochs so far, an epoch event a line.
///
/// The file is replaced whole after each epoch. On a resume, lines of epochs that the checkpoint doesn't
/// have are dropped, and lines that are missing are made anew from the checkpoint, whose times are not
/// known any more.
package struct HistoryFile: Sendable {
  package static let fileName = "history.jsonl"
  private static let largestBytes = 1 << 28

  private let path: String
  private let files: any FileSystem
  private var lines: [String]

  /// What of a line the checkpoint doesn't have.
  private struct Times: Decodable {
    let epoch: Int
    let trainSeconds, epochSeconds, dataWaitSeconds: Double?
    let compute, dataWait, reductionWait: Double?

    private enum CodingKeys: String, CodingKey {
      case epoch
      case trainSeconds = "train_seconds"
      case epochSeconds = "epoch_seconds"
      case dataWaitSeconds = "data_wait_seconds"
      case compute = "compute_share"
      case dataWait = "data_wait_share"
      case reductionWait = "reduction_wait_share"
    }

    func summary(_ record: EpochRecord) -> EpochSummary {
      EpochSummary(
        record, trainSeconds: trainSeconds ?? 0, epochSeconds: epochSeconds ?? 0, dataWaitSeconds: dataWaitSeconds ?? 0,
        phases: PhaseShares(compute: compute ?? 0, dataWait: dataWait ?? 0, reductionWait: reductionWait ?? 0))
    }
  }

  /// The epochs so far, with their times where they are known.
  package private(set) var epochs: [EpochSummary]

  /// The history in `folder` up to `records`, the epochs that are complete.
  package init(folder: RunFolder, records: [EpochRecord]) throws(StorageError) {
    path = folder.path + "/" + Self.fileName
    files = folder.files
    var kept: [Int: (line: String, times: Times)] = [:]
    if !records.isEmpty, DurableFile.exists(path) {
      let text = String(decoding: try DurableFile.read(path, limit: Self.largestBytes), as: UTF8.self)
      for line in text.split(separator: "\n") {
        guard let times = try? JSONDecoder().decode(Times.self, from: Data(line.utf8)) else { continue }
        kept[times.epoch] = (String(line), times)
      }
    }
    epochs = records.map { kept[$0.epoch + 1]?.times.summary($0) ?? EpochSummary($0) }
    lines = records.map { kept[$0.epoch + 1]?.line ?? RunEvents.epoch(EpochSummary($0)) }
  }

  /// Adds an epoch, which ``save()`` brings into the file.
  package mutating func append(_ summary: EpochSummary) {
    epochs.append(summary)
    lines.append(RunEvents.epoch(summary))
  }

  /// Replaces the file.
  package func save() throws(StorageError) {
    try DurableFile.replace(path, with: lines.flatMap { Array($0.utf8) + [0x0A] }, on: files)
  }
}
