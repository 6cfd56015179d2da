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

  private struct Numbered: Decodable { let epoch: Int }

  /// The history in `folder` up to `records`, the epochs that are complete.
  package init(folder: RunFolder, records: [EpochRecord]) throws(StorageError) {
    path = folder.path + "/" + Self.fileName
    files = folder.files
    var kept: [Int: String] = [:]
    if !records.isEmpty, DurableFile.exists(path) {
      let text = String(decoding: try DurableFile.read(path, limit: Self.largestBytes), as: UTF8.self)
      for line in text.split(separator: "\n") {
        guard let numbered = try? JSONDecoder().decode(Numbered.self, from: Data(line.utf8)) else { continue }
        kept[numbered.epoch] = String(line)
      }
    }
    lines = records.map { kept[$0.epoch + 1] ?? RunEvents.epoch(EpochSummary($0)) }
  }

  /// Adds an epoch, which ``save()`` brings into the file.
  package mutating func append(_ summary: EpochSummary) { lines.append(RunEvents.epoch(summary)) }

  /// Replaces the file.
  package func save() throws(StorageError) {
    try DurableFile.replace(path, with: lines.flatMap { Array($0.utf8) + [0x0A] }, on: files)
  }
}
