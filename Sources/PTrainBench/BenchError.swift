import PTrainCore
import PTrainData
import PTrainNetwork
import PTrainTraining

/// Why a benchmark ended early.
package enum BenchError: DiagnosableError {
  /// A run was timed that did not learn, so its time is worth nothing.
  case didNotLearn(configuration: String, accuracy: Double, floor: Double)
  case other(Diagnosis)

  package var diagnosis: Diagnosis {
    switch self {
    case .didNotLearn(let configuration, let accuracy, let floor):
      Diagnosis(
        .fault, found: "a training accuracy of \(accuracy) (\(configuration))", expected: "\(floor) or more",
        remedy: "the step computes something wrong, or the data set is not MNIST, for which the floor is meant")
    case .other(let diagnosis): diagnosis
    }
  }
}

/// Runs `body`, which throws an error of a lower floor, on this floor's terms.
func rethrowing<Failure: DiagnosableError, Value: ~Copyable>(
  _ body: () throws(Failure) -> Value
) throws(BenchError) -> Value {
  do throws(Failure) { return try body() } catch { throw .other(error.diagnosis) }
}
