import CProcessor
import Glibc
import PTrainCore
import PTrainParallel
import Synchronization

/// How long a cache line takes from one core to another: two threads write to it in turns.
package enum LinePingPong {
  private static let batchCount = 9
  private static let exchangesPerBatch = 500

  /// Nanoseconds one way, the median of some batches; `nil` where there is one core only.
  ///
  /// - Complexity: some milliseconds.
  package static func oneWayNanoseconds() -> Double? {
    guard ProcessorAffinity.availableCores() >= 2 else { return nil }
    let ball = Ball()
    let batchTimes = BatchTimes(count: batchCount)
    let seconds = Crew.run(2) { player in
      for batch in 0..<batchCount {
        let start = MonotonicClock.nanoseconds()
        ball.play(exchanges: exchangesPerBatch, from: batch * exchangesPerBatch, player: player)
        if player == 0 { batchTimes.values[batch] = Double(MonotonicClock.nanoseconds() - start) }
      }
    }
    guard seconds != nil else { return nil }
    return RunStatistics(Array(batchTimes.values)).map { $0.median / Double(2 * exchangesPerBatch) }
  }

  /// Written by player 0 alone, read after all have ended.
  private final class BatchTimes: @unchecked Sendable {
    let values: UnsafeMutableBufferPointer<Double>

    init(count: Int) {
      values = .allocate(capacity: count)
      values.initialize(repeating: 0)
    }

    deinit { values.deallocate() }
  }

  private final class Ball: Sendable {
    // The object's header is read by nobody meanwhile; what follows `value` on its line is this padding.
    private let value = Atomic<Int>(0)
    private let padding: (Int, Int, Int, Int, Int, Int, Int) = (0, 0, 0, 0, 0, 0, 0)
    private static let pausesBeforeYield = 2_000

    /// Player 0 makes even numbers odd, player 1 the odd ones even.
    func play(exchanges: Int, from first: Int, player: Int) {
      for exchange in first..<(first + exchanges) {
        let mine = 2 * exchange + player
        var pauses = 0
        while value.load(ordering: .acquiring) != mine {
          processor_pause()
          pauses += 1
          // Both may have been put on one core.
          if pauses > Self.pausesBeforeYield { sched_yield() }
        }
        value.store(mine + 1, ordering: .releasing)
      }
    }
  }
}
