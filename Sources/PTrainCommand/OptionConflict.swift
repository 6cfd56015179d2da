import PTrainCore

/// Options that don't go together.
package enum OptionConflict: DiagnosableError, Equatable {
  case momentumWithoutSGD(Double)
  case halfOfTestSet
  /// An option that describes a new model, where one is read.
  case modelBesideInit(String)
  case eventsWithoutFolder
  case nothingToPack
  /// Options of which one at most can be meant.
  case onlyOneOf([String])
  /// An option that says nothing without another.
  case needs(option: String, other: String)

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
    case .onlyOneOf(let options):
      Diagnosis(
        .usage, found: "'\(options.joined(separator: "' and '"))' at once", expected: "one of them",
        remedy: "call the command once for each")
    case .needs(let option, let other):
      Diagnosis(
        .usage, found: "'\(option)' without \(other)", expected: "both or neither", remedy: "add \(other)")
    case .nothingToPack:
      Diagnosis(
        .usage, found: "'data pack' without samples",
        expected: "--train-images and --train-labels, --npz, or a folder of pictures",
        remedy: "name what is to be packed")
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
