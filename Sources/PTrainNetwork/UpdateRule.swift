import PTrainKernels

/// An ``Optimizer``, checked and ready to update a parameter block.
///
/// Its state is one block of `stateNames.count` parts, each laid out as the parameters are and zero at
/// first: part k starts at element k · `parameterCount`.
package struct UpdateRule: Sendable {
  package let optimizer: Optimizer
  package let parameterCount: Int

  /// - Throws: ``ModelError/hyperparameter(name:value:expected:)`` for a number out of range.
  package init(_ optimizer: Optimizer, parameterCount: Int) throws(ModelError) {
    try Self.check(optimizer)
    self.optimizer = optimizer
    self.parameterCount = parameterCount
  }

  /// What the parts of the state are called, in order.
  package var stateNames: [String] {
    switch optimizer {
    case .sgd(_, .none): []
    case .sgd: ["velocity"]
    case .adam: ["first_moment", "second_moment"]
    }
  }

  /// Elements of the whole state.
  package var stateCount: Int { stateNames.count * parameterCount }

  /// Updates the parameters in `range` and their state by one step. Each element's update depends on
  /// that element alone, so the ranges of one step may be taken in any order, and at once.
  ///
  /// - Parameters:
  ///   - parameters: the whole block; `range` is updated.
  ///   - gradient: the whole block; `range` is read.
  ///   - state: the whole state; `range` of each part is updated. Not touched by plain SGD.
  ///   - step: 1 for the first update of the job.
  package func update(
    parameters: UnsafeMutablePointer<Float>, gradient: UnsafePointer<Float>, state: UnsafeMutablePointer<Float>,
    range: Range<Int>, step: Int
  ) {
    precondition(range.lowerBound >= 0 && range.upperBound <= parameterCount, "\(range) of \(parameterCount)")
    let (start, count) = (range.lowerBound, range.count)
    switch optimizer {
    case .sgd(let learningRate, .none):
      UpdateKernel.sgd(
        parameters: parameters + start, gradient: gradient + start, count: count, learningRate: learningRate)
    case .sgd(let learningRate, .classical(let momentum)):
      UpdateKernel.momentum(
        parameters: parameters + start, gradient: gradient + start, velocity: state + start, count: count,
        learningRate: learningRate, momentum: momentum)
    case .sgd(let learningRate, .nesterov(let momentum)):
      UpdateKernel.nesterov(
        parameters: parameters + start, gradient: gradient + start, velocity: state + start, count: count,
        learningRate: learningRate, momentum: momentum)
    case .adam(let learningRate, let beta1, let beta2, let epsilon):
      let kernel = AdamKernel(learningRate: learningRate, beta1: beta1, beta2: beta2, epsilon: epsilon, step: step)
      kernel.update(
        parameters: parameters + start, gradient: gradient + start, firstMoment: state + start,
        secondMoment: state + parameterCount + start, count: count)
    }
  }

  private static func check(_ optimizer: Optimizer) throws(ModelError) {
    let learningRate = optimizer.learningRate
    guard learningRate.isFinite, learningRate > 0 else {
      throw .hyperparameter(name: "learning rate", value: Double(learningRate), expected: "a finite number above 0")
    }
    switch optimizer {
    case .sgd(_, let momentum): try checkShare("momentum", Double(momentum.factor))
    case .adam(_, let beta1, let beta2, let epsilon):
      try checkShare("beta1", beta1)
      try checkShare("beta2", beta2)
      guard epsilon.isFinite, epsilon > 0 else {
        throw .hyperparameter(name: "epsilon", value: Double(epsilon), expected: "a finite number above 0")
      }
    }
  }

  private static func checkShare(_ name: String, _ value: Double) throws(ModelError) {
    guard value >= 0, value < 1 else {
      throw .hyperparameter(name: name, value: value, expected: "0 ≤ \(name) < 1")
    }
  }
}
