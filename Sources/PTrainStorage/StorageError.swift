import PTrainCore

/// Why a file could not be read, written or believed.
public enum StorageError: DiagnosableError, Equatable {
  case missing(file: String, reason: String)
  case notRegularFile(file: String)
  case tooLarge(file: String, byteCount: Int, limit: Int)
  case readFailed(file: String, reason: String)
  /// The file, or its temporary twin, could not be created or put in place.
  case cannotCreate(file: String, reason: String)
  case writeFailed(file: String, reason: String)
  /// The file is in its place, but a power failure might bring the old one back.
  case mayNotLast(file: String, reason: String)
  case cannotRemove(file: String, reason: String)
  /// Another process works in the folder; its id, if it is known.
  case inUse(folder: String, owner: Int32?)
  case outOfMemory(byteCount: Int)
  /// A zstd frame is truncated, altered or not of the kind that ptrain writes.
  case damagedFrame(found: String, expected: String)
  case contentTooLarge(byteCount: UInt64, limit: Int)
  /// A safetensors header breaks the format's rules.
  case malformedHeader(found: String, expected: String)
  case brokenSeal(found: String, expected: String)
  /// A zip archive is damaged or of a kind that isn't read.
  case malformedZip(found: String, expected: String)
  /// A NumPy array is damaged or of a kind that isn't read.
  case malformedArray(found: String, expected: String)
  case missingTensor(name: String, present: [String])
  case wrongTensor(name: String, found: String, expected: String)
  /// `fault`, which was met in `file`.
  indirect case damaged(file: String, fault: StorageError)

  public var diagnosis: Diagnosis {
    switch self {
    case .missing, .notRegularFile, .tooLarge, .readFailed, .outOfMemory: systemDiagnosis
    case .cannotCreate, .writeFailed, .mayNotLast, .cannotRemove, .inUse: writingDiagnosis
    case .damaged(let file, let fault): fault.diagnosis.inFile(file)
    default: contentDiagnosis
    }
  }

  private var systemDiagnosis: Diagnosis {
    switch self {
    case .missing(let file, let reason):
      Diagnosis(
        .missingInput, found: "\(file): \(reason)", expected: "a file that can be opened",
        remedy: "check the path and its permissions")
    case .notRegularFile(let file):
      Diagnosis(
        .missingInput, found: "\(file), which is a folder or a device", expected: "a regular file",
        remedy: "name the file itself")
    case .tooLarge(let file, let byteCount, let limit):
      Diagnosis(
        .malformedData, found: "\(file) of \(byteCount) bytes", expected: "at most \(limit) bytes",
        remedy: "check that this is the right file")
    case .readFailed(let file, let reason):
      Diagnosis(
        .inputOutput, found: "\(file): \(reason)", expected: "the whole file to be read",
        remedy: "check the disk and try again")
    case .outOfMemory(let byteCount):
      Diagnosis(
        .unavailable, found: "no memory for \(byteCount) bytes", expected: "enough memory",
        remedy: "close other programs or use smaller data")
    default: contentDiagnosis
    }
  }

  private var writingDiagnosis: Diagnosis {
    switch self {
    case .cannotCreate(let file, let reason):
      Diagnosis(
        .cannotCreate, found: "\(file): \(reason)", expected: "a place that can be written",
        remedy: "choose another folder or change its permissions")
    case .writeFailed(let file, let reason):
      Diagnosis(
        .inputOutput, found: "\(file): \(reason)", expected: "the whole file to be written",
        remedy: "make room or check the disk; what stood there before is unchanged")
    case .mayNotLast(let file, let reason):
      Diagnosis(
        .inputOutput, found: "\(file), written, but its folder can't be synced: \(reason)",
        expected: "a file that lasts through a power failure", remedy: "check the disk")
    case .cannotRemove(let file, let reason):
      Diagnosis(
        .inputOutput, found: "\(file): \(reason)", expected: "a file that can be removed",
        remedy: "remove it by hand, or change its folder's permissions")
    case .inUse(let folder, let owner):
      Diagnosis(
        .busy, found: "\(folder), in which \(owner.map { "process \($0)" } ?? "another process") is at work",
        expected: "a folder that no other process works in", remedy: "wait until it has ended, or end it")
    default: contentDiagnosis
    }
  }

  private var contentDiagnosis: Diagnosis {
    let remedy = "restore the file from a copy or make it again"
    let (found, expected): (String, String) =
      switch self {
      case .damagedFrame(let found, let expected): (found, expected)
      case .contentTooLarge(let byteCount, let limit):
        ("\(byteCount) bytes of content", "at most \(limit) bytes")
      case .malformedHeader(let found, let expected): ("a safetensors header with \(found)", expected)
      case .brokenSeal(let found, let expected): (found, expected)
      case .malformedZip(let found, let expected): ("a zip archive with \(found)", expected)
      case .malformedArray(let found, let expected): ("a NumPy array with \(found)", expected)
      case .missingTensor(let name, let present):
        ("the tensors \(present.prefix(8).joined(separator: ", "))", "a tensor named \(name)")
      case .wrongTensor(let name, let found, let expected): ("\(name) as \(found)", expected)
      default: ("damage", "an intact file")
      }
    return Diagnosis(.malformedData, found: found, expected: expected, remedy: remedy)
  }
}

extension Diagnosis {
  /// The same, with the file named first.
  package func inFile(_ file: String) -> Diagnosis {
    Diagnosis(category, found: "\(file): \(found)", expected: expected, remedy: remedy)
  }
}
