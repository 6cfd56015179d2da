import PTrainCore

/// Ways to spoil a file's bytes, the same in every run.
enum Damage {
  /// The beginnings of `bytes`, of up to `count` lengths from 0 to one byte less than all.
  static func truncations(of bytes: [UInt8], count: Int = 200) -> [[UInt8]] {
    Set((0..<count).map { $0 * bytes.count / count }).sorted().map { Array(bytes[..<$0]) }
  }

  /// `bytes` with one bit flipped, `count` times.
  static func flips(of bytes: [UInt8], count: Int = 2000, seed: UInt64 = 1) -> [[UInt8]] {
    let random = CounterRandom(seed: seed, stream: .packing)
    return (0..<count).map { index in
      let bit = random.integer(index, below: bytes.count * 8)
      var altered = bytes
      altered[bit / 8] ^= 1 << UInt8(bit % 8)
      return altered
    }
  }
}
