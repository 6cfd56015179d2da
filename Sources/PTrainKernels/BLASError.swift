import PTrainCore

/// Why there is no BLAS to compute with.
package enum BLASError: DiagnosableError, Equatable {
  case notLoaded(library: String, reason: String)
  case symbolMissing(library: String, symbol: String)
  /// OpenBLAS keeps this many threads although it was told to use one.
  case threads(Int)

  package var diagnosis: Diagnosis {
    switch self {
    case .notLoaded(let library, let reason):
      Diagnosis(
        .unavailable, found: "no \(library) (\(reason))", expected: "OpenBLAS",
        remedy: "install it: apt-get install libopenblas0-pthread")
    case .symbolMissing(let library, let symbol):
      Diagnosis(
        .unavailable, found: "\(library) without \(symbol)", expected: "OpenBLAS 0.3 or newer",
        remedy: "install it: apt-get install libopenblas0-pthread")
    case .threads(let count):
      Diagnosis(
        .unavailable, found: "OpenBLAS with \(count) threads", expected: "OpenBLAS with 1 thread",
        remedy: "install the pthread build: apt-get install libopenblas0-pthread")
    }
  }
}
