import PTrainNetwork

/// A model's layers as a chain of ONNX operators, from ``ONNXModel/input`` to ``ONNXModel/output``.
struct ONNXGraph {
  private(set) var nodes: [ONNXNodeProto] = []
  /// What the next operator reads.
  private var value = ONNXModel.input

  init(_ plan: ModelPlan) {
    for layer in plan.layers { append(layer) }
    if nodes.isEmpty { append("Identity", for: "identity") }
    nodes[nodes.count - 1].output = [ONNXModel.output]
  }

  private mutating func append(_ planned: ModelPlan.PlannedLayer) {
    switch planned.layer {
    case .flatten: append("Flatten", for: planned.name, [Self.integer("axis", 1)])
    case .dropout: break
    case .activation(let activation): append(activation.function, for: planned.name)
    case .dense(let dense):
      // Y = A · Bᵀ + C, with B `[units, inputs]` as it lies here.
      let parameters = [planned.weight, planned.bias].compactMap { $0?.name }
      append("Gemm", for: planned.name, [Self.integer("transB", 1)], parameters: parameters)
      append(dense.activation, for: "\(planned.name).\(dense.activation.rawValue)")
    }
  }

  private mutating func append(_ function: ActivationFunction, for name: String) {
    switch function {
    case .linear: break
    case .sigmoid: append("Sigmoid", for: name)
    case .tanh: append("Tanh", for: name)
    case .relu: append("Relu", for: name)
    case .softmax: append("Softmax", for: name, [Self.integer("axis", -1)])
    case .step:
      // The sign of the positive part: 1 where x > 0, else 0.
      append("Relu", for: "\(name).positive")
      append("Sign", for: name)
    }
  }

  private mutating func append(
    _ operation: String, for name: String, _ attributes: [ONNXAttributeProto] = [], parameters: [String] = []
  ) {
    nodes.append(
      .with {
        $0.opType = operation
        $0.name = name
        $0.input = [value] + parameters
        $0.output = ["\(name).output"]
        $0.attribute = attributes
      })
    value = "\(name).output"
  }

  private static func integer(_ name: String, _ value: Int64) -> ONNXAttributeProto {
    .with {
      $0.name = name
      $0.type = .int
      $0.i = value
    }
  }
}
