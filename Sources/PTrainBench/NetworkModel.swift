/// What a network between machines can do.
package struct NetworkRates: Equatable, Sendable {
  /// Of the rated bandwidth of a link, as it is sold.
  package let gigabitsPerSecond: Int
  /// Each way of a machine's link, what is left of the rated bandwidth.
  package let bytesPerSecond: Double
  /// From one rank's memory to another's, for a message without bytes.
  package let latencySeconds: Double
  /// What each further message of an exchange costs its rank.
  package let messageSeconds: Double

  /// A link that carries MPI over TCP. The figures are assumptions, not measured: 90 % of the rated bandwidth, 20 µs from
  /// memory to memory, 1 µs a message.
  package init(gigabitsPerSecond: Int) {
    self.gigabitsPerSecond = gigabitsPerSecond
    bytesPerSecond = Double(gigabitsPerSecond) * 1e9 / 8 * 0.9
    latencySeconds = 20e-6
    messageSeconds = 1e-6
  }
}

/// What ranks tell each other in a step. Nothing is summed on the way: operands go to whoever sums.
package struct RankTraffic: Equatable, Sendable {
  package let rankCount: Int
  package let shape: StepShape

  /// - Parameter shape: the step's, on the lanes of all ranks.
  package init(rankCount: Int, shape: StepShape) {
    self.rankCount = rankCount
    self.shape = shape
  }

  /// Exchanges of all with all: operands, then parameters.
  package var exchangeCount: Int { rankCount > 1 ? 2 : 0 }

  /// Bytes that a rank sends, and receives as many.
  package var bytes: Double {
    let others = Double(rankCount - 1)
    let parameters = Double(shape.parameterCount) / Double(rankCount) * others
    return 4 * (parameters + operands)
  }

  /// Numbers that a rank sends for the others to sum: the slices of its microbatches' gradients; or, where slices are
  /// formed from the whole minibatch, its rows of all layers' deltas and of the activations between layers. The
  /// first layer's inputs each rank reads by itself.
  private var operands: Double {
    let others = Double(rankCount - 1)
    let share = 1 / Double(rankCount)
    if shape.writesGradients {
      return others * share * Double(shape.parameterCount) * Double(shape.filledShards) * share
    }
    let outputs = shape.widths.dropFirst()
    let numbersPerRow = Double(outputs.reduce(0, +) + outputs.dropLast().reduce(0, +))
    return others * Double(shape.batchSize) * share * numbersPerRow
  }

  /// Seconds of a step's exchanges if nothing else went on: latency and messages of each, and all bytes.
  package func seconds(_ rates: NetworkRates) -> Double {
    let exchange = rates.latencySeconds + rates.messageSeconds * Double(rankCount - 1)
    return Double(exchangeCount) * exchange + bytes / rates.bytesPerSecond
  }
}

/// A prediction for several machines; none of it is measured.
package struct NetworkPoint: Equatable, Sendable {
  /// On one machine.
  package let configuration: BenchConfiguration
  package let gigabitsPerSecond: Int
  /// Machines, each with one process of the configuration's threads.
  package let rankCount: Int
  /// Bytes that each sends in a step.
  package let stepBytes: Double
  /// A step's, of each machine.
  package let computeSeconds: Double
  package let communicationSeconds: Double
  /// A step's on one machine, by the same model.
  package let aloneSeconds: Double

  /// The share of the machines' speed that is left if nothing of the communication is hidden behind computing.
  package var exposedEfficiency: Double { efficiency(computeSeconds + communicationSeconds) }
  /// If as much is hidden as there is time to.
  package var hiddenEfficiency: Double { efficiency(max(computeSeconds, communicationSeconds)) }

  package init(
    configuration: BenchConfiguration, gigabitsPerSecond: Int, rankCount: Int, stepBytes: Double,
    computeSeconds: Double, communicationSeconds: Double, aloneSeconds: Double
  ) {
    self.configuration = configuration
    self.gigabitsPerSecond = gigabitsPerSecond
    self.rankCount = rankCount
    self.stepBytes = stepBytes
    self.computeSeconds = computeSeconds
    self.communicationSeconds = communicationSeconds
    self.aloneSeconds = aloneSeconds
  }

  private func efficiency(_ stepSeconds: Double) -> Double { aloneSeconds / (Double(rankCount) * stepSeconds) }
}
