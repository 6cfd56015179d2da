import Dispatch
import PTrainCore
import PTrainData
import PTrainTraining
import Synchronization
import Testing

/// Lanes run on Dispatch's pool, which others may have filled: the run goes on with the thread that called it.
struct StarvedPoolTests {
  /// More than Dispatch has threads (255), so that what comes behind them isn't begun.
  private static let blockCount = 2048

  /// What came of a training, and whether the pool had begun by then what was asked of it before the training.
  private final class Outcome: Sendable {
    let checkpoint = Mutex<[UInt8]?>(nil)
    let hadThread = Mutex(false)
    let hadThreadAtEnd = Mutex(true)
  }

  /// In a process of its own: the pool of this one is that of all other tests.
  @Test func aStarvedDispatchPoolOnlySlowsTheRun() async {
    await #expect(processExitsWith: .success) { try Self.trainWithAStarvedPool() }
  }

  private static func trainWithAStarvedPool() throws {
    // The same folder for both: its path is in the checkpoint.
    let tiny = try TinyDataset(count: 67)
    let expected = try checkpoint(tiny.dataset, lanes: 1)
    let (gate, blocks, outcome) = (DispatchSemaphore(value: 0), DispatchGroup(), Outcome())
    for _ in 0..<blockCount { DispatchQueue.global().async(group: blocks) { gate.wait() } }
    DispatchQueue.global().async(group: blocks) { outcome.hadThread.withLock { $0 = true } }
    let dataset = tiny.dataset
    let thread = try #require(
      PlainThread(name: "starved") {
        let bytes = try? checkpoint(dataset, lanes: 4)
        outcome.checkpoint.withLock { $0 = bytes }
        outcome.hadThreadAtEnd.withLock { $0 = outcome.hadThread.withLock { $0 } }
      })
    thread.join()
    for _ in 0..<blockCount { gate.signal() }
    blocks.wait()
    #expect(outcome.checkpoint.withLock { $0 == expected }, "other bits than with a free pool")
    #expect(!outcome.hadThreadAtEnd.withLock { $0 }, "the pool was not starved")
  }

  private static func checkpoint(_ dataset: Dataset, lanes: Int) throws -> [UInt8] {
    let job = Job(dataset: dataset, model: tinyModel(dropout: 0.5), batchSize: 10, seed: 3, microbatchCount: 8)
    let trainer = try Trainer(job, on: dataset, execution: execution(lanes: lanes))
    try trainer.fit(epochs: 3)
    return try trainer.checkpointBytes()
  }
}
