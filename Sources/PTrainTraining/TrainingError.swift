import PTrainCore
import PTrainData
import PTrainKernels
import PTrainNetwork
import PTrainStorage

/// Why a run can't begin, go on or be resumed.
public enum TrainingError: DiagnosableError {
  case outOfRange(String, expected: String)
  /// A step is not finite; no update was made with it. `record` is the file that repeats it, if one was written.
  case diverged(Divergence, record: String?)
  case otherDataset(expected: Digest, found: Digest)
  case noTestSamples(folder: String)
  case notACheckpoint(path: String, reason: String)
  case checkpointVersion(path: String, found: String, expected: String)
  case runFolderInUse(path: String)
  /// A model that was made elsewhere was trained with this.
  case unsupportedLoss(String)
  /// The job starts from other parameters than those that are there.
  case otherStart
  case other(Diagnosis)

  public var diagnosis: Diagnosis {
    switch self {
    case .outOfRange(let found, let expected):
      Diagnosis(.usage, found: found, expected: expected, remedy: "choose a value in this range")
    case .diverged(let divergence, let record):
      Diagnosis(
        .diverged, found: divergence.found, expected: "finite numbers",
        remedy: "\(divergence.kept), and checkpoints written before stay; try a lower --learning-rate"
          + (record.map { "; `ptrain replay \($0)` repeats the step" } ?? ""))
    case .otherDataset(let expected, let found):
      Diagnosis(
        .malformedData, found: "a data set with root hash \(found.short)",
        expected: "\(expected.short), on which the run was begun",
        remedy: "name the run's own data set with --data")
    case .noTestSamples(let folder):
      Diagnosis(
        .missingInput, found: "\(folder), a data set without test samples", expected: "some to evaluate on",
        remedy: "pack the data set again with --test-images and --test-labels")
    case .notACheckpoint(let path, let reason):
      Diagnosis(
        .malformedData, found: "\(path): \(reason)", expected: "a checkpoint of ptrain",
        remedy: "name a ckpt.zst that `ptrain` wrote, or its folder")
    case .checkpointVersion(let path, let found, let expected):
      Diagnosis(
        .malformedData, found: "\(path): checkpoint version \(found)", expected: "version \(expected)",
        remedy: "resume it with the ptrain that wrote it")
    case .runFolderInUse(let path):
      Diagnosis(
        .cannotCreate, found: "a run in \(path)", expected: "a new or empty folder",
        remedy: "go on with `ptrain resume \(path)`, or name another folder with --out")
    case .unsupportedLoss(let name):
      Diagnosis(
        .malformedData, found: "a model trained with the loss \(name)",
        expected: Loss.allCases.map(\.rawValue).joined(separator: ", "),
        remedy: "predict with it, or compile it with one of these in Keras and save it again")
    case .otherStart:
      Diagnosis(
        .usage, found: "a job that starts from other parameters or another model",
        expected: "the model that it is begun with", remedy: "make the job from the model that it starts from")
    case .other(let diagnosis): diagnosis
    }
  }
}

extension Digest {
  /// The first 12 digits, enough to tell two apart by eye.
  fileprivate var short: String { String(hexadecimal.prefix(12)) + "…" }
}

/// Runs `body`, which throws an error of a lower floor, on this floor's terms.
func rethrowing<Failure: DiagnosableError, Value: ~Copyable>(
  _ body: () throws(Failure) -> Value
) throws(TrainingError) -> Value {
  do throws(Failure) { return try body() } catch { throw .other(error.diagnosis) }
}
