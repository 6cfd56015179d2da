import PTrainCore

/// Why there is no BLAS to compute with.
package enum BLASError: DiagnosableError, Equatable {
  case library(SharedLibraryError)
  /// OpenBLAS keeps this many threads although it was told to use one.
  case threads(Int)

  package var diagnosis: Diagnosis {
    switch self {
    case .library(let error):
      Diagnosis(
        .unavailable, found: error.found, expected: "OpenBLAS 0.3 or newer",
        remedy: "install it: apt-get install libopenblas0-pthread")
    case .threads(let count):
      Diagnosis(
        .unavailable, found: "OpenBLAS with \(count) threads", expected: "OpenBLAS with 1 thread",
        remedy: "install the pthread build: apt-get install libopenblas0-pthread")
    }
  }
}
