import PTrainCore

/// Options that don't go together.
package enum OptionConflict: DiagnosableError, Equatable {
  case momentumWithoutSGD(Double)
  case halfOfTestSet
  /// An option that describes a new model, where one is read.
  case modelBesideInit(String)

  package var diagnosis: Diagnosis {
    switch self {
    case .momentumWithoutSGD(let momentum):
      Diagnosis(
        .usage, found: "'\(momentum)' for --momentum beside --optimizer adam", expected: "momentum with sgd only",
        remedy: "leave out --momentum, or choose --optimizer sgd")
    case .modelBesideInit(let option):
      Diagnosis(
        .usage, found: "'\(option)' beside --init", expected: "the model of the file that --init names, or a new one",
        remedy: "leave out one of the two")
    case .halfOfTestSet:
      Diagnosis(
        .usage, found: "'--test-images' without --test-labels, or the other way round", expected: "both or neither",
        remedy: "name the missing file too")
    }
  }
}
