import PTrainCore
import PTrainData
import PTrainStorage

/// Opens the data set that a command was given.
enum DataSetFolder {
  static func open(_ path: String) throws -> Dataset {
    guard path != ReferenceJob.data || DurableFile.exists(path) else { throw MissingReferenceData(path: path) }
    return try Dataset.open(path)
  }

  private struct MissingReferenceData: DiagnosableError {
    let path: String

    var diagnosis: Diagnosis {
      Diagnosis(
        .missingInput, found: "no \(path)", expected: "MNIST, packed",
        remedy: "run scripts/fetch-mnist, or name a data set with --data")
    }
  }
}
