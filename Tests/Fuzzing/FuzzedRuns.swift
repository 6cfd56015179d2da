import FoundationEssentials
import PTrainCommand
import PTrainReport
import PTrainStorage
import PTrainTraining

/// Readers of what lies beside a run's checkpoints, and of command lines.
enum FuzzedRuns {
  static func settings(_ bytes: [UInt8]) {
    _ = Scratch.file("run.json", bytes)
    attempt { () throws(TrainingError) in touch(try RunSettings(keptIn: RunFolder(of: Scratch.threadFolder))) }
  }

  private static let records: [EpochRecord] = {
    let record = #"{"epoch":0,"training":{"loss":1,"accuracy":0},"global_step":1,"sample_count":1}"#
    return (try? JSONDecoder().decode(EpochRecord.self, from: Data(record.utf8))).map { [$0] } ?? []
  }()

  static func history(_ bytes: [UInt8]) {
    _ = Scratch.file("history.jsonl", bytes)
    attempt { () throws(StorageError) in
      let folder = RunFolder(of: Scratch.threadFolder)
      let history = try HistoryFile(folder: folder, records: records)
      precondition(history.epochs.count == records.count)
    }
  }

  static func values(_ bytes: [UInt8]) { touch(Rules.verdicts(on: String(decoding: bytes, as: UTF8.self)).count) }

  /// One argument a line. Nothing is carried out.
  static func arguments(_ bytes: [UInt8]) {
    let lines = bytes.split(separator: 0x0A, omittingEmptySubsequences: false)
    switch CommandLineTool.parse(lines.map { String(decoding: $0, as: UTF8.self) }) {
    case .command: break
    case .text(let text): precondition(!text.isEmpty)
    case .refused(let diagnosis): precondition(!diagnosis.description.contains("\n"))
    }
  }
}
