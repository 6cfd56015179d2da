import PTrainNetwork

/// A trained model as files of other tools hold one.
package struct ExchangedModel: Equatable, Sendable {
  package var model: Sequential
  package var loss: Loss
  /// `nil` where the file names none.
  package var optimizer: Optimizer?
  /// The model's parameters in the order of its network's `ParameterLayout`: dense weights `[outputs, inputs]`.
  package var parameters: [Float]
  /// The name of the loss in the file, if it is one that ptrain does not compute: ``loss`` is none of the model's
  /// then, and only its predictions are.
  package var unsupportedLoss: String?

  package init(
    model: Sequential, loss: Loss, optimizer: Optimizer?, parameters: [Float], unsupportedLoss: String? = nil
  ) {
    self.model = model
    self.loss = loss
    self.optimizer = optimizer
    self.parameters = parameters
    self.unsupportedLoss = unsupportedLoss
  }
}
