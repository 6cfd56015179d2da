import PTrainCore
import PTrainKernels

/// Why a model, its optimizer or its use with some data can't be.
public enum ModelError: DiagnosableError, Equatable {
  case noLayers
  /// Nothing in the model can be trained.
  case noParameters
  case inputShape([Int])
  case units(layer: String, Int)
  case dropoutRate(layer: String, Float)
  /// A layer that takes rows of numbers is fed samples of another shape.
  case notFlat(layer: String, shape: [Int])
  /// More memory than the machine has; `what` names the block.
  case tooLarge(what: String)
  case sampleShape(model: [Int], data: [Int])
  case classCount(model: Int, data: Int)
  /// A number that the optimizer or the batch is described by is out of range.
  case hyperparameter(name: String, value: Double, expected: String)
  case unavailable(Diagnosis)

  public var diagnosis: Diagnosis {
    switch self {
    case .noLayers: usage("a model without layers", "one Dense layer or more", "add a layer")
    case .noParameters: usage("a model without Dense layers", "something to train", "add a Dense layer")
    case .inputShape(let shape):
      usage("the input shape \(shape)", "one dimension or more, each 1 or more", "mend the input shape")
    case .units(let layer, let units):
      usage("\(layer) with \(units) units", "1 to \(Int32.max) units", "change its number of units")
    case .dropoutRate(let layer, let rate):
      usage("\(layer) with rate \(rate)", "0 ≤ rate < 1", "change its rate")
    case .notFlat(let layer, let shape):
      usage("\(layer) fed with samples of shape \(shape)", "rows of numbers", "add Flatten() before \(layer)")
    case .tooLarge(let what):
      usage("\(what) larger than this machine's memory", "sizes that fit", "use fewer units or a smaller batch")
    case .sampleShape(let model, let data):
      usage("a model for samples of shape \(model)", "\(data), as in the data", "use the data's input shape")
    case .classCount(let model, let data):
      usage("a model with \(model) outputs", "\(data), one for each class of the data", "change the last layer")
    case .hyperparameter(let name, let value, let expected):
      usage("\(name) \(value)", expected, "change the \(name)")
    case .unavailable(let diagnosis): diagnosis
    }
  }

  private func usage(_ found: String, _ expected: String, _ remedy: String) -> Diagnosis {
    Diagnosis(.usage, found: found, expected: expected, remedy: remedy)
  }
}
