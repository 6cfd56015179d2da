import PTrainCore
import PTrainKernels

/// How fast one core moves bytes.
enum BandwidthProbe {
  private static let seconds = 0.03
  /// Two blocks read, one written.
  private static let bytesPerElement = 3 * 4.0

  /// Bytes a second, read and written, of a sum of two blocks.
  ///
  /// - Parameter workingSet: bytes of both blocks: what fits a cache moves faster.
  static func bytesPerSecond(workingSet: Int) -> Double {
    let count = max(1024, workingSet / 8)
    let blocks = FloatBuffer(count: 2 * count)
    var fastest = Double.infinity
    let begin = MonotonicClock.nanoseconds()
    repeat {
      let start = MonotonicClock.nanoseconds()
      SumKernel.sum(
        blocks: blocks.base, count: 2, stride: count, range: 0..<count, into: blocks.base)
      fastest = min(fastest, MonotonicClock.seconds(since: start))
    } while MonotonicClock.seconds(since: begin) < seconds
    return Double(count) * bytesPerElement / max(fastest, 1e-9)
  }
}
