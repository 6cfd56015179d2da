/// What a step costs, in the three things that limit it. The critical path alone: what the busiest lane does.
package struct StepCost: Equatable, Sendable {
  /// Of its matrix products at their shapes, alone on one core.
  package let productSeconds: Double
  /// Read and written outside the products.
  package let bytes: Double
  /// Cache lines that go from core to core one after the other, for claims and barriers.
  package let lineTransfers: Double

  package init(productSeconds: Double, bytes: Double, lineTransfers: Double) {
    self.productSeconds = productSeconds
    self.bytes = bytes
    self.lineTransfers = lineTransfers
  }
}

/// What cores can do.
package struct MachineRates: Equatable, Sendable {
  /// One core's, on a working set of the job's size.
  package let bytesPerSecond: Double
  /// A cache line's way from core to core.
  package let lineSeconds: Double
  /// How many times longer arithmetic takes on a core while all others calculate too; 1 on a machine that shares
  /// nothing.
  package let contention: Double

  package init(bytesPerSecond: Double, lineSeconds: Double, contention: Double) {
    self.bytesPerSecond = bytesPerSecond
    self.lineSeconds = lineSeconds
    self.contention = contention
  }
}

/// A simple model of a step's time: arithmetic + bytes / bandwidth + line transfers × latency.
package struct CostModel: Equatable, Sendable {
  package let rates: MachineRates

  package init(rates: MachineRates) { self.rates = rates }

  package func stepSeconds(_ cost: StepCost, laneCount: Int) -> Double {
    let slowdown = laneCount > 1 ? rates.contention : 1
    return slowdown * (cost.productSeconds + cost.bytes / rates.bytesPerSecond)
      + cost.lineTransfers * rates.lineSeconds
  }
}

/// The counts that a step's cost follows from.
package struct StepShape: Equatable, Sendable {
  /// Inputs, hidden widths, outputs.
  package let widths: [Int]
  package let batchSize: Int
  package let shards: Int
  package let laneCount: Int
  /// Whether each microbatch writes a gradient of its own, to be summed afterwards.
  package let writesGradients: Bool
  /// Tasks that form the first layer's outputs for the whole minibatch; 0 if each microbatch forms its own.
  package let firstLayerTasks: Int
  /// Blocks of optimizer state, each as large as the parameters.
  package let stateCount: Int

  package init(
    widths: [Int], batchSize: Int, shards: Int, laneCount: Int, writesGradients: Bool, firstLayerTasks: Int = 0,
    stateCount: Int
  ) {
    self.widths = widths
    self.batchSize = batchSize
    self.shards = shards
    self.laneCount = laneCount
    self.writesGradients = writesGradients
    self.firstLayerTasks = firstLayerTasks
    self.stateCount = stateCount
  }

  /// Weights and biases.
  package var parameterCount: Int { zip(widths, widths.dropFirst()).reduce(0) { $0 + $1.1 * ($1.0 + 1) } }
  /// Microbatches that hold a sample.
  package var filledShards: Int { min(shards, batchSize) }
  /// Rows of the largest microbatch.
  package var rows: Int { (batchSize + filledShards - 1) / filledShards }
  /// Microbatches that the busiest lane takes.
  package var rounds: Int { (filledShards + laneCount - 1) / laneCount }
  /// First-layer tasks that it takes.
  package var firstLayerRounds: Int { (firstLayerTasks + laneCount - 1) / laneCount }

  /// The share of the parameters' work that the busiest lane takes: they are cut evenly.
  private var slice: Double { 1 / Double(laneCount) }

  /// Bytes of the busiest lane: its rows gathered and converted (1 byte read, 4 written), its activations and
  /// deltas written and read, its slice of the gradients summed, parameters and state updated. Where no gradients are
  /// written, each lane gathers all rows: it forms its slice of the gradient from them.
  package var bytes: Double {
    let laneRows = Double(rows * rounds)
    let gather = (writesGradients ? laneRows : Double(batchSize)) * Double(widths.first ?? 0) * 5
    let activations = laneRows * Double(widths.dropFirst().reduce(0, +)) * 4 * 4
    let sums = writesGradients && filledShards > 1 ? Double(filledShards + 1) : 0
    let update = 3 + 2 * Double(stateCount)
    return gather + activations + (sums + update) * 4 * Double(parameterCount) * slice
  }

  /// Line transfers of a step on several lanes: each task's claim and its count among the finished ones, the look
  /// at the tasks of other lanes, and the barrier of each of the two phases, or three.
  package var lineTransfers: Double {
    guard laneCount > 1 else { return 0 }
    let tasks = Double(firstLayerTasks + filledShards + laneCount)
    return tasks + tasks * (1 - slice) + (firstLayerTasks > 0 ? 3 : 2)
  }
}
