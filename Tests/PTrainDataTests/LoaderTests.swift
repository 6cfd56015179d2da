import Glibc
import PTrainCore
import PTrainData
import PTrainStorage
import PTrainTestSupport
import Testing

/// The cached and the streaming loader against the samples as they were packed.
struct LoaderTests {
  /// Four shards of 10, 10, 10 and 7 samples in frames of up to 4; all samples differ.
  static let count = 37
  /// The last shard is trained on in part, and the split ends inside a frame.
  static let training = 0..<32
  static let seed: UInt64 = 6

  let small: SmallDataset
  let dataset: Dataset

  init() throws {
    small = try SmallDataset(train: Self.count, classCount: 7)
    try small.pack()
    dataset = try Dataset.open(small.out)
  }

  enum Way: CaseIterable {
    case cached, cachedWithThread, streamed, streamedWithThread, streamedWithRoom

    var isCached: Bool { self == .cached || self == .cachedWithThread }
    var usesThread: Bool { self == .cachedWithThread || self == .streamedWithThread }
  }

  private func plan(_ shuffle: Shuffle) -> EpochPlan {
    EpochPlan(shuffle: shuffle, seed: Self.seed, training: Self.training, shards: dataset.train.shardSamples)
  }

  private func rows(_ way: Way, window: Int, batchSize: Int) -> any TrainingRows {
    let conversion = RowConversion(dataset.description)
    let plan = plan(.window(count: window))
    guard !way.isCached else {
      return CachedTrainingRows(
        cache: RowCache(dataset.train), plan: plan, conversion: conversion, batchSize: batchSize,
        usesThread: way.usesThread)
    }
    let fewest = StreamedTrainingRows.minimumSlotCount(window: window, batchSize: batchSize, split: dataset.train)
    return StreamedTrainingRows(
      split: dataset.train, plan: plan, window: window, slotCount: fewest + (way == .streamedWithRoom ? 9 : 0),
      conversion: conversion, batchSize: batchSize, usesThread: way.usesThread)
  }

  /// The rows of `samples` as they were packed, converted.
  private func expected(_ samples: ArraySlice<UInt32>) -> [Float] {
    samples.flatMap { sample in
      small.trainImages[(Int(sample) * 6)..<(Int(sample) * 6 + 6)].map { Float($0) * Float(1.0 / 255) }
    }
  }

  private func expect(_ found: EpochGathering, toBe samples: [UInt32], _ trace: Comment) {
    let wanted = samples[found.positions]
    #expect(found.errors.allSatisfy { $0 == nil }, trace)
    #expect(found.elements == expected(wanted), trace)
    #expect(found.labels == wanted.map { Int32(small.trainLabels[Int($0)]) }, trace)
  }

  @Test(arguments: Way.allCases, [1, 2, 4])
  func everyEpochGivesEachTrainingSampleOnceInTheJobsOrder(way: Way, laneCount: Int) throws {
    for window in [1, 5, 32, 50] {
      for batchSize in [1, 5, 12, 40] {
        let rows = rows(way, window: window, batchSize: batchSize)
        for epoch in 0..<3 {
          let order = plan(.window(count: window)).samples(epoch: epoch)
          #expect(order.sorted() == Self.training.map { UInt32($0) })
          try rows.begin(epoch: epoch, at: 0)
          let found = try EpochGathering(
            rows, of: dataset.train, positions: Self.training, batchSize: batchSize, laneCount: laneCount)
          expect(found, toBe: order, "window \(window), batch \(batchSize), epoch \(epoch)")
        }
        rows.end()
      }
    }
  }

  @Test(arguments: Way.allCases)
  func aResumedEpochGivesTheRest(way: Way) throws {
    for (window, batchSize) in [(1, 1), (7, 4), (32, 5), (9, 32)] {
      let order = plan(.window(count: window)).samples(epoch: 2)
      for position in stride(from: 0, to: Self.training.count, by: batchSize) {
        // A loader of a new process, so that nothing is decoded yet.
        let rows = rows(way, window: window, batchSize: batchSize)
        try rows.begin(epoch: 2, at: position)
        let found = try EpochGathering(
          rows, of: dataset.train, positions: position..<Self.training.count, batchSize: batchSize, laneCount: 2)
        expect(found, toBe: order, "window \(window), batch \(batchSize), from \(position)")
        rows.end()
      }
    }
  }

  @Test func anEpochThatWasPreparedButLeftIsBegunAnew() throws {
    for way in Way.allCases {
      let rows = rows(way, window: 6, batchSize: 4)
      try rows.begin(epoch: 0, at: 0)
      try rows.begin(epoch: 1, at: 8)
      try rows.begin(epoch: 0, at: 4)
      let found = try EpochGathering(
        rows, of: dataset.train, positions: 4..<Self.training.count, batchSize: 4, laneCount: 3)
      expect(found, toBe: plan(.window(count: 6)).samples(epoch: 0), "\(way)")
      rows.end()
    }
  }

  @Test func cachedUniformOrderIsTheShuffleOfAllTrainingSamples() throws {
    let loader = try loader(.uniform, batchSize: 5, budget: Self.count * 6)
    try loader.rows.begin(epoch: 4, at: 0)
    let found = try EpochGathering(
      loader.rows, of: dataset.train, positions: Self.training, batchSize: 5, laneCount: 3)
    expect(found, toBe: SampleOrder.uniform(count: 32, seed: Self.seed, epoch: 4), "uniform")
    loader.rows.end()
  }

  // MARK: the memory budget

  private func loader(_ shuffle: Shuffle, batchSize: Int, budget: Int) throws(DatasetError) -> Loader {
    try Loader(
      dataset.train, plan: plan(shuffle), conversion: RowConversion(dataset.description), batchSize: batchSize,
      memoryBudget: budget, usesThread: false)
  }

  private func refusal(_ shuffle: Shuffle, batchSize: Int, budget: Int) -> DatasetError? {
    failure { () throws(DatasetError) in _ = try loader(shuffle, batchSize: batchSize, budget: budget) }
  }

  @Test func theSmallestBudgetStreamsAndOneRowLessIsRefused() throws {
    for (window, batchSize) in [(1, 1), (8, 5), (20, 12)] {
      let slots = window + batchSize + 4
      #expect(
        StreamedTrainingRows.minimumSlotCount(window: window, batchSize: batchSize, split: dataset.train) == slots)
      let loader = try loader(.window(count: window), batchSize: batchSize, budget: slots * 6)
      #expect(loader.rows is StreamedTrainingRows && loader.frames is StreamedFrames)
      try loader.rows.begin(epoch: 0, at: 0)
      let found = try EpochGathering(
        loader.rows, of: dataset.train, positions: Self.training, batchSize: batchSize, laneCount: 2)
      expect(found, toBe: plan(.window(count: window)).samples(epoch: 0), "window \(window)")
      loader.rows.end()
      for budget in [slots * 6 - 1, slots * 6 - 6, 0] {
        let error = refusal(.window(count: window), batchSize: batchSize, budget: budget)
        #expect(
          error
            == .invalidOption(
              name: "a memory budget of", value: "\(budget) bytes",
              expected: "\(slots * 6) bytes or more for this shuffle; a smaller shuffle window needs less"))
        #expect(error?.diagnosis.category == .usage)
      }
    }
  }

  @Test func theCacheIsUsedFromItsExactSizeOn() throws {
    let bytes = Self.count * 6
    for shuffle in [Shuffle.uniform, .window(count: 3)] {
      let loader = try loader(shuffle, batchSize: 5, budget: bytes)
      #expect(loader.rows is CachedTrainingRows && loader.frames is RowCache)
    }
    #expect(try loader(.window(count: 3), batchSize: 5, budget: bytes - 1).rows is StreamedTrainingRows)
    // A uniform shuffle can't be streamed.
    #expect(refusal(.uniform, batchSize: 5, budget: bytes - 1)?.diagnosis.category == .usage)
  }

  @Test func theDefaultShuffleIsUniformWhileSamplesFit() {
    #expect(Loader.defaultShuffle(for: dataset.train, memoryBudget: 222) == .uniform)
    #expect(Loader.defaultShuffle(for: dataset.train, memoryBudget: 221) == .window(count: 18))
    #expect(Loader.defaultShuffle(for: dataset.train, memoryBudget: 0) == .window(count: 1))
  }

  // MARK: damage

  /// Flips a bit of the last byte of shard `shard`, which belongs to its last frame's checksum.
  private func damage(shard: Int) throws -> String {
    let path = "\(small.out)/train-0000\(shard).safetensors.zst"
    let bytes = try DurableFile.read(path, limit: 10_000)
    let descriptor = open(path, O_WRONLY)
    defer { close(descriptor) }
    #expect(pwrite(descriptor, [bytes[bytes.count - 1] ^ 1], 1, bytes.count - 1) == 1)
    return path
  }

  private static func isDamage(_ error: DatasetError?, of path: String) -> Bool {
    if case .storage(.damaged(file: path, fault: .damagedFrame)) = error { true } else { false }
  }

  /// All lanes want rows of every frame: each of them must end with the error, and all must end.
  @Test(arguments: Way.allCases, 0..<3)
  func damageAfterOpeningEndsEveryLaneWithATypedError(way: Way, shard: Int) throws {
    let rows = rows(way, window: 32, batchSize: 32)
    let path = try damage(shard: shard)
    try rows.begin(epoch: 0, at: 0)
    let found = try EpochGathering(
      rows, of: dataset.train, positions: Self.training, batchSize: 32, laneCount: 3)
    if way.isCached {
      // A lane whose rows lie in sound frames is done before it hears of the damage.
      #expect(found.errors.contains { Self.isDamage($0, of: path) })
      #expect(found.errors.allSatisfy { $0 == nil || Self.isDamage($0, of: path) })
    } else {
      #expect(found.errors.allSatisfy { Self.isDamage($0, of: path) }, "\(found.errors)")
    }
    // Later calls don't wait for a frame that never comes.
    let again = try EpochGathering(
      rows, of: dataset.train, positions: Self.training, batchSize: 32, laneCount: 1)
    #expect(Self.isDamage(again.errors[0], of: path), "\(again.errors)")
    rows.end()
  }

  @Test(arguments: Way.allCases)
  func aWalkThroughADamagedDataSetEnds(way: Way) throws {
    let rows = rows(way, window: 3, batchSize: 4)
    let path = try damage(shard: 1)
    try rows.begin(epoch: 0, at: 0)
    let found = try EpochGathering(
      rows, of: dataset.train, positions: Self.training, batchSize: 4, laneCount: 4)
    #expect(found.errors.contains { Self.isDamage($0, of: path) })
    rows.end()
  }

  @Test func aShardThatIsCutShortAfterOpeningIsAReadError() throws {
    let rows = rows(.streamed, window: 32, batchSize: 32)
    let path = "\(small.out)/train-00000.safetensors.zst"
    #expect(truncate(path, 40) == 0)
    try rows.begin(epoch: 0, at: 0)
    let found = try EpochGathering(
      rows, of: dataset.train, positions: Self.training, batchSize: 32, laneCount: 2)
    #expect(found.errors.allSatisfy { $0?.diagnosis.category == .inputOutput }, "\(found.errors)")
    rows.end()
  }
}
