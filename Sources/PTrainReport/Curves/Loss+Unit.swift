import PTrainNetwork

extension Loss {
  /// What it is measured in; `nil` for squared errors, whose unit is the outputs'.
  package var unit: String? {
    switch self {
    case .sparseCategoricalCrossEntropy, .categoricalCrossEntropy: "nats"
    case .meanSquaredError: nil
    }
  }
}
