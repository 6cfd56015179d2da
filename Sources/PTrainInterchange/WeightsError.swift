import PTrainCore
import PTrainNetwork
import PTrainStorage

/// Why weights, or the model that they belong to, could not be read or written.
package enum WeightsError: DiagnosableError, Equatable {
  /// Nothing says which model the weights belong to.
  case undescribed(tensors: [String])
  /// The description of the model can't be read; `reason` is the decoder's.
  case malformedDescription(reason: String)
  case unknownVersion(found: Int, expected: Int)
  /// A tensor that the model has no place for.
  case foreignTensor(name: String, expected: [String])
  case wrongTensor(name: String, found: String, expected: String)
  case other(Diagnosis)

  package var diagnosis: Diagnosis {
    let again = "make the file again with `ptrain export`"
    return switch self {
    case .undescribed(let tensors):
      Diagnosis(
        .malformedData,
        found: "the tensors \(tensors.prefix(8).joined(separator: ", ")) without a description of their model",
        expected: "the entry '\(ModelDescription.key)' that `ptrain export` writes",
        remedy: "keep that entry when you write weights for ptrain")
    case .malformedDescription(let reason):
      Diagnosis(
        .malformedData, found: "a description of the model that can't be read (\(reason))",
        expected: "the entry '\(ModelDescription.key)' as `ptrain export` writes it", remedy: again)
    case .unknownVersion(let found, let expected):
      Diagnosis(
        .malformedData, found: "version \(found) of a model's description", expected: "version \(expected)",
        remedy: "read it with the ptrain that wrote it")
    case .foreignTensor(let name, let expected):
      Diagnosis(
        .malformedData, found: "a tensor named \(name)",
        expected: "those of its model alone: \(expected.joined(separator: ", "))", remedy: again)
    case .wrongTensor(let name, let found, let expected):
      Diagnosis(.malformedData, found: "\(name) as \(found)", expected: expected, remedy: again)
    case .other(let diagnosis): diagnosis
    }
  }

  /// Runs `body`, which throws an error of a lower floor, on this one's terms.
  static func translating<Failure: DiagnosableError, Value>(
    _ body: () throws(Failure) -> Value
  ) throws(WeightsError) -> Value {
    do throws(Failure) { return try body() } catch { throw .other(error.diagnosis) }
  }
}
