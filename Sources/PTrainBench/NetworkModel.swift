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

  /// Exchanges of all with all: the first layer's outputs if they are formed for the whole minibatch, operands, parameters.
  package var exchangeCount: Int { rankCount > 1 ? shape.firstLayerTasks > 0 ? 3 : 2 : 0 }

  /// Bytes that a rank sends on average, and receives as many.
  package var bytes: Double {
    let parameters = Double(shape.parameterCount) / Double(rankCount)
    let firstLayer = shape.firstLayerTasks > 0 ? rows * Double(shape.widths[1]) / Double(rankCount) : 0
    return 4 * Double(rankCount - 1) * (parameters + firstLayer + operands)
  }

  /// Rows of a rank.
  private var rows: Double { Double(shape.batchSize) / Double(rankCount) }

  /// Numbers that a rank sends to each of the others, on average, for them to sum: its microbatches' gradients of the
  /// other's slice. Or, where slices are formed from the whole minibatch, of its rows the deltas of the other's slice and
  /// all inputs of the layers that the slice is in; the first layer's inputs each rank reads by itself.
  private var operands: Double {
    let share = 1 / Double(rankCount)
    if shape.writesGradients {
      return Double(shape.filledShards) * share * Double(shape.parameterCount) * share
    }
    let deltas = Double(shape.widths.dropFirst().reduce(0, +))
    let inputs = zip(shape.widths, ownersOfLayers).dropFirst().reduce(0) { $0 + $1.0 * $1.1 }
    return rows * share * (deltas + Double(inputs))
  }

  /// How many ranks own a slice of each layer: ranks own even parts of all weights, in order.
  private var ownersOfLayers: [Int] {
    let weights = zip(shape.widths, shape.widths.dropFirst()).map { $0 * $1 }
    let total = weights.reduce(0, +)
    var begin = 0
    return weights.map { count in
      defer { begin += count }
      return ((begin + count) * rankCount + total - 1) / total - begin * rankCount / total
    }
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
