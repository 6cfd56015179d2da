import PTrainCore

/// The order of the training samples in an epoch: all orders are equally likely.
package enum SampleOrder {
  /// A permutation of `0..<count`, a pure function of (`seed`, `epoch`).
  ///
  /// - Complexity: O(`count`); allocates the result.
  package static func uniform(count: Int, seed: UInt64, epoch: Int) -> [UInt32] {
    var order = [UInt32](0..<UInt32(count))
    CounterRandom(seed: seed, stream: .sampleOrder(epoch: epoch)).shuffle(&order)
    return order
  }
}
