/// The order of a job's training samples in each epoch: a pure function of the epoch.
package struct EpochPlan: Sendable {
  package let shuffle: Shuffle
  package let seed: UInt64
  /// The samples of each shard that are trained on; empty for shards that are set apart.
  private let shards: [Range<Int>]
  package let trainingCount: Int

  /// - Parameters:
  ///   - training: the samples that are trained on; they begin at 0.
  ///   - shards: all the samples of each shard.
  package init(shuffle: Shuffle, seed: UInt64, training: Range<Int>, shards: [Range<Int>]) {
    self.shuffle = shuffle
    self.seed = seed
    self.shards = shards.map { $0.clamped(to: training) }
    trainingCount = training.count
  }

  /// The samples of `epoch`, in order.
  package func samples(epoch: Int) -> [UInt32] {
    switch shuffle {
    case .uniform: SampleOrder.uniform(count: trainingCount, seed: seed, epoch: epoch)
    case .window(let count): windowOrder(epoch: epoch, window: count).samples
    }
  }

  package func windowOrder(epoch: Int, window: Int) -> WindowOrder {
    WindowOrder(shards: shards, window: window, seed: seed, epoch: epoch)
  }

  /// The frames of `split` that `order`'s stream runs through.
  package func streamFrames(of order: WindowOrder, split: DatasetSplit) -> [RingPlan.Frame] {
    var frames: [RingPlan.Frame] = []
    var position = 0
    while position < order.stream.count {
      let sample = Int(order.stream[position])
      let index = split.frame(ofSample: sample)
      let samples = split.frames[index].samples.clamped(to: 0..<trainingCount)
      frames.append(
        RingPlan.Frame(
          index: index, firstRow: sample - split.frames[index].samples.lowerBound,
          stream: position..<(position + samples.upperBound - sample)))
      position += samples.upperBound - sample
    }
    return frames
  }
}
