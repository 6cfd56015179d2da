import PTrainCore
import Synchronization
import Testing

private struct Failed: Error, Equatable { let number: Int }

private final class Log: Sendable {
  private let numbers = Mutex([Int]())
  func add(_ number: Int) { numbers.withLock { $0.append(number) } }
  var all: [Int] { numbers.withLock { $0 } }
}

struct BackgroundWorkerTests {
  @Test func tasksAreDoneOnceAndInOrder() throws {
    let log = Log()
    let worker = BackgroundWorker<Failed>(name: "worker")
    for number in 0..<1000 { try worker.submit { () throws(Failed) in log.add(number) } }
    try worker.wait()
    #expect(worker.doneCount == 1000)
    worker.end()
    worker.end()
    #expect(log.all == Array(0..<1000))
  }

  @Test func nothingIsDoneAfterAnError() throws {
    let log = Log()
    let worker = BackgroundWorker<Failed>(name: "worker")
    defer { worker.end() }
    try worker.submit { () throws(Failed) in log.add(1) }
    try worker.submit { () throws(Failed) in throw Failed(number: 7) }
    #expect(throws: Failed(number: 7)) { try worker.submit { () throws(Failed) in log.add(2) } }
    #expect(throws: Failed(number: 7)) { try worker.wait() }
    #expect(log.all == [1] && worker.doneCount == 1 && worker.error == Failed(number: 7))
  }

  @Test func endingWaitsForTheTaskUnderWay() throws {
    let log = Log()
    let worker = BackgroundWorker<Failed>(name: "worker")
    try worker.submit { () throws(Failed) in for number in 0..<10_000 { log.add(number) } }
    worker.end()
    #expect(log.all.count == 10_000)
  }

  /// What the owner wrote before it handed a task over is there for the task, and the other way round.
  @Test func ownerAndTaskSeeEachOthersWrites() throws {
    final class Cell: @unchecked Sendable { var value = 0 }
    let cell = Cell()
    let worker = BackgroundWorker<Failed>(name: "worker")
    defer { worker.end() }
    for number in 0..<2000 {
      try worker.wait()
      #expect(cell.value == 2 * number)
      cell.value += 1
      try worker.submit { () throws(Failed) in cell.value += 1 }
    }
  }
}

extension BackgroundWorkerTests {
  @Test func aWorkerThatGoesOnKeepsTheLastTasksErrorOnly() throws {
    let log = Log()
    let worker = BackgroundWorker<Failed>(name: "worker", goesOnAfterErrors: true)
    defer { worker.end() }
    try worker.submit { () throws(Failed) in throw Failed(number: 7) }
    #expect(worker.lastError == Failed(number: 7))
    try worker.wait()
    try worker.submit { () throws(Failed) in log.add(1) }
    #expect(worker.lastError == nil && worker.error == nil)
    #expect(log.all == [1] && worker.doneCount == 1)
  }
}
