import PTrainCore
import PTrainStorage

/// Why samples can't be read, packed or trusted.
public enum DatasetError: DiagnosableError, Equatable {
  /// A file could not be read or written, or is damaged below the level of samples.
  case storage(StorageError)
  case malformedIDX(file: String, found: String, expected: String)
  /// An array of NumPy that is sound but no samples or labels.
  case unsuitableArray(file: String, found: String, expected: String)
  case malformedCSV(file: String, line: Int, found: String, expected: String)
  case countsDiffer(images: Int, labels: Int, file: String)
  case shapesDiffer(train: Shape, test: Shape)
  case labelOutOfRange(label: Int, sample: Int, classCount: Int, file: String)
  case emptySplit(file: String)
  /// A number that the user chose lies outside its range.
  case invalidOption(name: String, value: String, expected: String)
  case alreadyExists(folder: String)
  /// A folder does not hold pictures as it must.
  case malformedFolder(folder: String, found: String, expected: String)
  case picture(Diagnosis)
  case notADataset(folder: String, reason: String)
  case malformedDescription(file: String, found: String, expected: String)
  case unknownVersion(file: String, found: String, expected: String)
  case malformedShard(file: String, found: String, expected: String)

  public var diagnosis: Diagnosis {
    let again = "restore the data set from a copy or pack it again"
    return switch self {
    case .storage(let fault): fault.diagnosis
    case .picture(let diagnosis): diagnosis
    case .malformedIDX(let file, let found, let expected):
      Diagnosis(
        .malformedData, found: "\(file): \(found)", expected: expected,
        remedy: "fetch the file again or check that it is in IDX format")
    case .unsuitableArray(let file, let found, let expected):
      Diagnosis(
        .malformedData, found: "\(file): \(found)", expected: expected, remedy: "convert the array and save it again")
    case .malformedCSV(let file, let line, let found, let expected):
      Diagnosis(
        .malformedData, found: "\(file), line \(line): \(found)", expected: expected, remedy: "mend the line")
    case .malformedDescription(let file, let found, let expected), .malformedShard(let file, let found, let expected):
      Diagnosis(.malformedData, found: "\(file): \(found)", expected: expected, remedy: again)
    case .unknownVersion(let file, let found, let expected):
      Diagnosis(
        .malformedData, found: "\(file): \(found)", expected: expected,
        remedy: "pack the data set with this version of ptrain")
    case .notADataset(let folder, let reason):
      Diagnosis(
        .missingInput, found: "\(folder) without a readable dataset.json (\(reason))",
        expected: "a folder made by 'ptrain data pack'", remedy: "check the path or pack the data set")
    case .countsDiffer, .shapesDiffer, .labelOutOfRange, .emptySplit, .invalidOption, .alreadyExists,
      .malformedFolder:
      packingDiagnosis
    }
  }

  private var packingDiagnosis: Diagnosis {
    switch self {
    case .countsDiffer(let images, let labels, let file):
      Diagnosis(
        .malformedData, found: "\(file): \(labels) labels for \(images) images", expected: "one label for each image",
        remedy: "check that the two files belong together")
    case .shapesDiffer(let train, let test):
      Diagnosis(
        .malformedData, found: "test images of \(test)", expected: "\(train), as the training images",
        remedy: "check that the files belong together")
    case .labelOutOfRange(let label, let sample, let classCount, let file):
      Diagnosis(
        .malformedData, found: "\(file): label \(label) of sample \(sample)", expected: "0 to \(classCount - 1)",
        remedy: "mend the labels or give another number of classes")
    case .emptySplit(let file):
      Diagnosis(
        .malformedData, found: "\(file): no samples", expected: "at least one", remedy: "check the file")
    case .invalidOption(let name, let value, let expected):
      Diagnosis(.usage, found: "\(name) \(value)", expected: expected, remedy: "choose another value")
    case .malformedFolder(let folder, let found, let expected):
      Diagnosis(
        .malformedData, found: "\(folder): \(found)", expected: expected,
        remedy: "sort the pictures into one sub-folder a class, or into train and test with such sub-folders")
    case .alreadyExists(let folder):
      Diagnosis(
        .cannotCreate, found: "a data set in \(folder)", expected: "a new or empty folder",
        remedy: "choose another folder or remove this one")
    default:
      Diagnosis(.malformedData, found: "damage", expected: "an intact data set", remedy: "pack it again")
    }
  }

  /// Runs `body`, whose storage errors become data set errors.
  static func storing<Result: ~Copyable>(
    _ body: () throws(StorageError) -> Result
  ) throws(DatasetError) -> Result {
    do {
      return try body()
    } catch {
      throw .storage(error)
    }
  }
}
