import PTrainCore

/// What dropout multiplies with: 0 with probability `rate`, else 1 / (1 − rate).
struct DropoutMask {
  let rate: Float
  let random: CounterRandom

  /// Overwrites `values` with the mask's elements from number `first` on.
  func fill(_ values: UnsafeMutableBufferPointer<Float>, from first: Int) {
    guard let base = values.baseAddress else { return }
    let end = first + values.count
    for block in (first >> 2)..<((end + 3) >> 2) {
      let factors = factors(ofBlock: block)
      let start = block << 2
      if start >= first, start + 4 <= end {
        UnsafeMutableRawPointer(base + (start - first)).storeBytes(of: factors, as: SIMD4<Float>.self)
      } else {
        for index in max(start, first)..<min(start + 4, end) { base[index - first] = factors[index - start] }
      }
    }
  }

  /// Elements 4 · `block` and the three that follow.
  private func factors(ofBlock block: Int) -> SIMD4<Float> {
    // uniform < rate, with both sides multiplied by 2²⁴ and the right one rounded up to an integer.
    let dropped = (random.block(block) &>> 8) .< UInt32((rate * 0x1p24).rounded(.up))
    return SIMD4(repeating: 1 / (1 - rate)).replacing(with: 0, where: dropped)
  }
}
