import PTrainCore

/// Why a Keras file could not be read, or a model not be written as one.
package enum KerasFileError: DiagnosableError, Equatable {
  /// The file is truncated, altered or no Keras file.
  case malformed(found: String, expected: String)
  /// It is well-formed, and holds what ptrain does not compute.
  case unsupported(found: String, expected: String)
  /// Keras has no counterpart of something in the model.
  case inexpressible(found: String, expected: String)
  case libraryMissing(SharedLibraryError)
  /// A call of libhdf5 failed while a file was made.
  case writing(function: String)
  case other(Diagnosis)

  package var diagnosis: Diagnosis {
    switch self {
    case .malformed(let found, let expected):
      Diagnosis(
        .malformedData, found: found, expected: expected, remedy: "restore the file from a copy or save it again")
    case .unsupported(let found, let expected):
      Diagnosis(
        .malformedData, found: found, expected: expected,
        remedy: "save a model in Keras that does without, or use that model in Keras")
    case .inexpressible(let found, let expected):
      Diagnosis(.usage, found: found, expected: expected, remedy: "train a model without it to export it to Keras")
    case .libraryMissing(let error):
      Diagnosis(
        .unavailable, found: error.found, expected: "libhdf5 1.10 or newer, to write Keras files",
        remedy: "install it: apt-get install libhdf5-dev")
    case .writing(let function):
      Diagnosis(
        .fault, found: "a failure of \(function) in libhdf5", expected: "a file in memory",
        remedy: "close other programs if memory is short, and try again")
    case .other(let diagnosis): diagnosis
    }
  }
}

/// Runs `body`, which throws an error of another module, on this one's terms.
func rethrowing<Failure: DiagnosableError, Value>(
  _ body: () throws(Failure) -> Value
) throws(KerasFileError) -> Value {
  do throws(Failure) { return try body() } catch { throw .other(error.diagnosis) }
}
