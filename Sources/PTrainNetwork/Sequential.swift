/// A model as a list of layers, each fed by the one before it.
///
/// ```swift
/// let model = Sequential(inputShape: [28, 28]) {
///   Flatten()
///   Dense(20, activation: .relu)
///   Dense(10, activation: .softmax)
/// }
/// ```
/// A description only: it holds no parameters, and it is checked when it is put to use.
public struct Sequential: Equatable, Sendable {
  /// The shape of one sample.
  public var inputShape: [Int]
  public var layers: [Layer]

  public init(inputShape: [Int], layers: [Layer] = []) {
    self.inputShape = inputShape
    self.layers = layers
  }

  public init(inputShape: [Int], @LayerBuilder layers: () -> [Layer]) {
    self.init(inputShape: inputShape, layers: layers())
  }

  public mutating func add(_ layer: Layer) { layers.append(layer) }
  public mutating func add(_ flatten: Flatten) { add(.flatten(flatten)) }
  public mutating func add(_ dense: Dense) { add(.dense(dense)) }
  public mutating func add(_ dropout: Dropout) { add(.dropout(dropout)) }
  public mutating func add(_ activation: Activation) { add(.activation(activation)) }
}

/// Collects the layers of a ``Sequential`` model; `if`, `switch` and `for` may be used among them.
@resultBuilder
public enum LayerBuilder {
  public static func buildExpression(_ layer: Layer) -> [Layer] { [layer] }
  public static func buildExpression(_ flatten: Flatten) -> [Layer] { [.flatten(flatten)] }
  public static func buildExpression(_ dense: Dense) -> [Layer] { [.dense(dense)] }
  public static func buildExpression(_ dropout: Dropout) -> [Layer] { [.dropout(dropout)] }
  public static func buildExpression(_ activation: Activation) -> [Layer] { [.activation(activation)] }

  public static func buildBlock(_ parts: [Layer]...) -> [Layer] { parts.flatMap { $0 } }
  public static func buildArray(_ parts: [[Layer]]) -> [Layer] { parts.flatMap { $0 } }
  public static func buildOptional(_ part: [Layer]?) -> [Layer] { part ?? [] }
  public static func buildEither(first part: [Layer]) -> [Layer] { part }
  public static func buildEither(second part: [Layer]) -> [Layer] { part }
}
