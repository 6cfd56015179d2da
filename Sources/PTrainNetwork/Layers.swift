/// Makes one row of numbers of each sample, whatever its shape.
public struct Flatten: Equatable, Sendable {
  public init() {}
}

/// A fully connected layer: y = activation(x · Wᵀ + b), with W `[units, inputs]` and b `[units]`.
public struct Dense: Equatable, Sendable {
  public var units: Int
  public var activation: ActivationFunction
  public var useBias: Bool
  public var weightInitializer: Initializer
  public var biasInitializer: Initializer

  public init(
    _ units: Int, activation: ActivationFunction = .linear, useBias: Bool = true,
    weightInitializer: Initializer = .glorotUniform, biasInitializer: Initializer = .zeros
  ) {
    self.units = units
    self.activation = activation
    self.useBias = useBias
    self.weightInitializer = weightInitializer
    self.biasInitializer = biasInitializer
  }
}

/// Sets each number to 0 with probability `rate` while training, and scales the others by
/// 1 / (1 − rate); does nothing in inference (N. Srivastava et al., 2014).
///
/// Which numbers is a pure function of the seed, the step, the layer and the place in the minibatch.
public struct Dropout: Equatable, Sendable {
  /// 0 ≤ rate < 1
  public var rate: Float

  public init(_ rate: Float) { self.rate = rate }
}

/// An activation as a layer of its own.
public struct Activation: Equatable, Sendable {
  public var function: ActivationFunction

  public init(_ function: ActivationFunction) { self.function = function }
}

/// One layer of a ``Sequential`` model.
public enum Layer: Equatable, Sendable {
  case flatten(Flatten)
  case dense(Dense)
  case dropout(Dropout)
  case activation(Activation)

  /// The name of its kind, as in a stored model: `dense`.
  public var kind: String {
    switch self {
    case .flatten: "flatten"
    case .dense: "dense"
    case .dropout: "dropout"
    case .activation: "activation"
    }
  }
}
