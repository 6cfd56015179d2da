import PTrainCore

/// A checked model: every layer with its name, shapes and place in the parameter block.
package struct ModelPlan: Equatable, Sendable {
  package struct PlannedLayer: Equatable, Sendable {
    /// As Keras names it: `dense`, then `dense_1`, …, numbered for each kind.
    package let name: String
    package let layer: Layer
    /// Of one sample.
    package let inputShape: [Int]
    package let outputShape: [Int]
    /// `[units, inputs]`; dense layers only.
    package fileprivate(set) var weight: ParameterLayout.Entry?
    /// `[units]`; dense layers with a bias only.
    package fileprivate(set) var bias: ParameterLayout.Entry?

    package var parameterCount: Int { (weight?.range.count ?? 0) + (bias?.range.count ?? 0) }
  }

  package private(set) var layers: [PlannedLayer] = []
  package private(set) var layout = ParameterLayout()
  package let inputShape: [Int]

  package var outputShape: [Int] { layers.last?.outputShape ?? inputShape }

  /// Checks `model`, layer after layer.
  package init(_ model: Sequential) throws(ModelError) {
    inputShape = model.inputShape
    guard !inputShape.isEmpty, inputShape.allSatisfy({ $0 >= 1 }) else { throw .inputShape(inputShape) }
    guard (try? Shape(inputShape)) != nil else { throw .tooLarge(what: "samples of shape \(inputShape)") }
    guard !model.layers.isEmpty else { throw .noLayers }
    var counts: [String: Int] = [:]
    for layer in model.layers {
      let earlier = counts[layer.kind, default: 0]
      counts[layer.kind] = earlier + 1
      try append(layer, name: earlier == 0 ? layer.kind : "\(layer.kind)_\(earlier)")
    }
  }

  private mutating func append(_ layer: Layer, name: String) throws(ModelError) {
    let shape = outputShape
    switch layer {
    case .flatten:
      layers.append(PlannedLayer(name: name, layer: layer, inputShape: shape, outputShape: [shape.reduce(1, *)]))
    case .activation:
      // Keras takes the softmax over the last axis alone; here a sample's outputs are one row.
      if layer == .activation(Activation(.softmax)), shape.count != 1 { throw .notFlat(layer: name, shape: shape) }
      layers.append(PlannedLayer(name: name, layer: layer, inputShape: shape, outputShape: shape))
    case .dropout(let dropout):
      guard dropout.rate >= 0, dropout.rate < 1 else { throw .dropoutRate(layer: name, dropout.rate) }
      layers.append(PlannedLayer(name: name, layer: layer, inputShape: shape, outputShape: shape))
    case .dense(let dense): try append(dense, name: name, inputShape: shape)
    }
  }

  private mutating func append(_ dense: Dense, name: String, inputShape: [Int]) throws(ModelError) {
    guard (1...Int(Int32.max)).contains(dense.units) else { throw .units(layer: name, dense.units) }
    guard inputShape.count == 1 else { throw .notFlat(layer: name, shape: inputShape) }
    var planned = PlannedLayer(name: name, layer: .dense(dense), inputShape: inputShape, outputShape: [dense.units])
    do {
      planned.weight = try layout.append("\(name).weight", Shape([dense.units] + inputShape))
      if dense.useBias { planned.bias = try layout.append("\(name).bias", Shape([dense.units])) }
    } catch {
      throw .tooLarge(what: "\(name) with \(dense.units) units")
    }
    layers.append(planned)
  }

  /// Checks that samples of `sampleShape` in `classCount` classes suit the model.
  package func check(sampleShape: [Int], classCount: Int) throws(ModelError) {
    guard sampleShape == inputShape else { throw .sampleShape(model: inputShape, data: sampleShape) }
    let outputs = outputShape.reduce(1, *)
    guard outputs == classCount else { throw .classCount(model: outputs, data: classCount) }
  }
}
