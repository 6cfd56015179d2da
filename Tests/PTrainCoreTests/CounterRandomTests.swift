import PTrainCore
import Testing

struct CounterRandomTests {
  struct KnownAnswer: Sendable {
    let counter: [UInt32]
    let key: [UInt32]
    let words: [UInt32]
  }

  /// From Random123 1.14, `tests/kat_vectors`, `philox4x32 10`.
  static let knownAnswers = [
    KnownAnswer(
      counter: [0, 0, 0, 0], key: [0, 0],
      words: [0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8]),
    KnownAnswer(
      counter: [0xffff_ffff, 0xffff_ffff, 0xffff_ffff, 0xffff_ffff], key: [0xffff_ffff, 0xffff_ffff],
      words: [0x408f_276d, 0x41c8_3b0e, 0xa20b_c7c6, 0x6d54_51fd]),
    KnownAnswer(
      counter: [0x243f_6a88, 0x85a3_08d3, 0x1319_8a2e, 0x0370_7344], key: [0xa409_3822, 0x299f_31d0],
      words: [0xd16c_fe09, 0x94fd_cceb, 0x5001_e420, 0x2412_6ea1]),
  ]

  @Test(arguments: knownAnswers)
  func philoxGivesThePublishedAnswers(answer: KnownAnswer) {
    #expect(Philox.block(counter: SIMD4(answer.counter), key: SIMD2(answer.key)) == SIMD4(answer.words))
  }

  @Test func shuffleIsAPermutationThatDependsOnSeedAndEpochAlone() {
    func order(seed: UInt64, epoch: Int) -> [UInt32] {
      var elements = [UInt32](0..<1000)
      CounterRandom(seed: seed, stream: .sampleOrder(epoch: epoch)).shuffle(&elements)
      return elements
    }
    let first = order(seed: 7, epoch: 3)
    #expect(first.sorted() == [UInt32](0..<1000))
    #expect(first == order(seed: 7, epoch: 3))
    #expect(first != order(seed: 7, epoch: 4))
    #expect(first != order(seed: 8, epoch: 3))
  }

  /// The shuffle computes each block once; number by number it must be the plain Fisher–Yates.
  @Test func shuffleIsFisherYates() {
    for count in 0...20 {
      let random = CounterRandom(seed: 9, stream: .sampleOrder(epoch: count))
      var plain = (0..<count).map { UInt32($0) }
      for last in stride(from: count - 1, to: 0, by: -1) {
        plain.swapAt(last, random.integer(last, below: last + 1))
      }
      var shuffled = (0..<count).map { UInt32($0) }
      random.shuffle(&shuffled)
      #expect(shuffled == plain, "\(count) elements")
    }
  }

  /// Each of the 24 orders of 4 elements should come in 1/24 of 24,000 epochs: 1,000, with a standard
  /// deviation of 31; 6 of them are allowed.
  @Test func shuffleIsUniform() {
    var counts: [[UInt32]: Int] = [:]
    for epoch in 0..<24_000 {
      var elements: [UInt32] = [0, 1, 2, 3]
      CounterRandom(seed: 1, stream: .sampleOrder(epoch: epoch)).shuffle(&elements)
      counts[elements, default: 0] += 1
    }
    #expect(counts.count == 24)
    #expect(counts.values.allSatisfy { abs($0 - 1000) < 6 * 31 })
  }

  @Test func streamsDiffer() {
    let streams: [CounterRandom.Stream] = [
      .sampleOrder(epoch: 1), .shardOrder(epoch: 1), .initialWeights(parameter: 1), .dropout(layer: 0, step: 1),
      .dropout(layer: 1, step: 1), .packing,
    ]
    let first = streams.map { CounterRandom(seed: 5, stream: $0).block(0) }
    #expect(Set(first).count == streams.count)
  }

  @Test func uniformStaysBelowOne() {
    let random = CounterRandom(seed: 3, stream: .packing)
    let numbers = (0..<10_000).map(random.uniform)
    #expect(numbers.allSatisfy { (0..<1).contains($0) })
    let mean = numbers.reduce(0, +) / 10_000
    let standardError: Float = 0.2887 / 100
    #expect(abs(mean - 0.5) < 6 * standardError)
  }
}
