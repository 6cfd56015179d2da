import PTrainCore

/// Options that don't go together.
package enum OptionConflict: DiagnosableError, Equatable {
  case momentumWithoutSGD(Double)
  case halfOfTestSet
  case eventsWithoutFolder

  package var diagnosis: Diagnosis {
    switch self {
    case .momentumWithoutSGD(let momentum):
      Diagnosis(
        .usage, found: "'\(momentum)' for --momentum beside --optimizer adam", expected: "momentum with sgd only",
        remedy: "leave out --momentum, or choose --optimizer sgd")
    case .halfOfTestSet:
      Diagnosis(
        .usage, found: "'--test-images' without --test-labels, or the other way round", expected: "both or neither",
        remedy: "name the missing file too")
    case .eventsWithoutFolder:
      Diagnosis(
        .usage, found: "'--tensorboard-every' without a folder for event files", expected: "--tensorboard beside it",
        remedy: "for example --tensorboard events --tensorboard-every 100")
    }
  }
}
