import PTrainNetwork

/// A model as Keras describes it: `Sequential`, or a functional one that is a chain of layers.
struct KerasArchitecture {
  private(set) var model: Sequential
  /// What Keras calls the dense layers, in order.
  let denseNames: [String]

  /// - Parameter description: with `class_name` and `config`.
  init(_ description: JSONValue) throws(KerasFileError) {
    guard let kind = description["class_name"]?.text, let config = description["config"],
      let list = config["layers"]?.list ?? config.list
    else { throw .malformed(found: "a model without class_name or layers", expected: "both, as Keras writes") }
    guard ["Sequential", "Functional", "Model"].contains(kind) else {
      throw .unsupported(found: "a model of type \(kind)", expected: "Sequential, or Functional in one chain")
    }
    if kind != "Sequential" { try Self.checkChain(list) }
    var layers: [KerasLayer] = []
    for description in list { layers.append(try KerasLayer(description)) }
    guard let first = layers.first, !layers.dropFirst().contains(where: \.isInput) else {
      throw .unsupported(found: "a model without layers or with several inputs", expected: "one input")
    }
    let batchShape = first.batchShape ?? config["build_input_shape"] ?? description["build_config"]?["input_shape"]
    let own = first.isInput ? layers.dropFirst() : layers[...]
    model = Sequential(inputShape: try Self.sampleShape(batchShape))
    for layer in own { model.add(try layer.layer()) }
    denseNames = own.filter { $0.kind == "Dense" }.map(\.name)
  }

  /// Adds a softmax unless the model ends in one: the model then gives probabilities where Keras's gives logits,
  /// and the loss that Keras computes of them is the one that ptrain computes.
  mutating func addSoftmax() {
    switch model.layers.last {
    case .activation(Activation(.softmax)): return
    case .dense(let dense) where dense.activation == .softmax: return
    default: model.add(Activation(.softmax))
    }
  }

  /// `[null, 28, 28]` without the number of samples.
  private static func sampleShape(_ batchShape: JSONValue?) throws(KerasFileError) -> [Int] {
    guard let list = batchShape?.list, list.count >= 2 else {
      throw .unsupported(
        found: "a model that does not say what shape its samples have", expected: "one with an Input, or built")
    }
    var shape: [Int] = []
    for extent in list.dropFirst() {
      guard let extent = extent.wholeNumber, extent >= 1 else {
        throw .unsupported(found: "samples of a shape that is not fixed", expected: "one with an Input of fixed shape")
      }
      shape.append(extent)
    }
    return shape
  }

  /// Throws unless each layer is fed by the one before it, and by that alone.
  private static func checkChain(_ layers: [JSONValue]) throws(KerasFileError) {
    for (index, layer) in layers.enumerated() {
      let nodes = layer["inbound_nodes"]?.list ?? []
      let sources = nodes.flatMap { node in source(node).map { [$0] } ?? ["", ""] }
      let expected = index == 0 ? [] : [layers[index - 1]["name"]?.text ?? ""]
      guard sources == expected else {
        throw .unsupported(
          found: "the layer \(layer["name"]?.text ?? "number \(index)") with other inputs than the one before it",
          expected: "one straight chain of layers")
      }
    }
  }

  /// The one layer that feeds a node, in the forms of Keras 2 and 3; else `nil`.
  private static func source(_ node: JSONValue) -> String? {
    if let tensors = node.list { return tensors.count == 1 ? tensors[0].list?.first?.text : nil }
    guard let arguments = node["args"]?.list, arguments.count == 1 else { return nil }
    return arguments[0]["config"]?["keras_history"]?.list?.first?.text
  }
}
