import PTrainCore

/// Options that don't go together.
package enum OptionConflict: DiagnosableError, Equatable {
  case momentumWithoutSGD(Double)

  package var diagnosis: Diagnosis {
    switch self {
    case .momentumWithoutSGD(let momentum):
      Diagnosis(
        .usage, found: "'\(momentum)' for --momentum beside --optimizer adam", expected: "momentum with sgd only",
        remedy: "leave out --momentum, or choose --optimizer sgd")
    }
  }
}
