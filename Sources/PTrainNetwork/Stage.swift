import PTrainKernels

/// One computation of a compiled model, with the matrix it writes.
///
/// Stages hold offsets only: to copy one costs no reference count in the step.
package enum Stage: Equatable, Sendable {
  /// Output = f(input · Wᵀ + b); f's gradient can be told from the output.
  case dense(DenseStage)
  /// A function over a matrix of its own, because its gradient needs the input, or the loss does.
  case activation(ActivationFunction, width: Int)
  /// `layer` is the layer's index in the model.
  case dropout(rate: Float, layer: Int, width: Int)

  /// Columns of the output.
  package var width: Int {
    switch self {
    case .dense(let dense): dense.outputs
    case .activation(_, let width), .dropout(_, _, let width): width
    }
  }
}

/// A dense layer's shape and the places of its parameters in the block.
package struct DenseStage: Equatable, Sendable {
  /// Its place among the stages.
  package let index: Int
  package let inputs: Int
  package let outputs: Int
  /// Of W, `[outputs, inputs]`.
  package let weightOffset: Int
  /// Of b, `[outputs]`; `nil` without.
  package let biasOffset: Int?
  /// Linear, sigmoid, tanh or ReLU.
  package fileprivate(set) var activation: ActivationFunction

  /// Whether W is transposed before it is multiplied with.
  var isTransposed: Bool { DenseKernel.isTransposed(inputs: inputs, outputs: outputs) }
}

/// A model's stages; `Flatten`, linear activations and dropout of rate 0 need none.
struct StageList {
  private(set) var stages: [Stage] = []
  private var width: Int

  init(_ plan: ModelPlan) {
    width = plan.inputShape.reduce(1, *)
    for (index, planned) in plan.layers.enumerated() { append(planned, layer: index) }
  }

  private mutating func append(_ planned: ModelPlan.PlannedLayer, layer: Int) {
    switch planned.layer {
    case .flatten: break
    case .dropout(let dropout):
      if dropout.rate > 0 { stages.append(.dropout(rate: dropout.rate, layer: layer, width: width)) }
    case .activation(let activation): append(activation.function)
    case .dense(let dense):
      let stage = DenseStage(
        index: stages.count, inputs: width, outputs: dense.units, weightOffset: planned.weight?.offset ?? 0,
        biasOffset: planned.bias?.offset, activation: .linear)
      stages.append(.dense(stage))
      width = dense.units
      append(dense.activation)
    }
  }

  /// Joins `function` to the dense stage before it where that works in place.
  private mutating func append(_ function: ActivationFunction) {
    switch function {
    case .linear: break
    case .sigmoid, .tanh, .relu:
      guard case .dense(var dense)? = stages.last, dense.activation == .linear else { fallthrough }
      dense.activation = function
      stages[dense.index] = .dense(dense)
    case .step, .softmax: stages.append(.activation(function, width: width))
    }
  }
}
