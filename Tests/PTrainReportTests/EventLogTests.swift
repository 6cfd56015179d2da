import Foundation
import PTrainTestSupport
import PTrainTraining
import Testing

@testable import PTrainReport

@Suite struct EventLogTests {
  private let folder: TemporaryFolder
  private var train: String { folder.file("train") }

  init() throws { folder = try TemporaryFolder() }

  private func epoch(_ number: Int, loss: Double = 0.5, validation: Bool = true) -> EpochSummary {
    EpochSummary(
      epoch: number, training: Evaluation(loss: loss / Double(number + 1), accuracy: 0.1),
      validation: validation ? Evaluation(loss: 0.3, accuracy: 0.7) : nil, globalStep: 10 * (number + 1),
      sampleCount: 100, trainSeconds: 0.25, epochSeconds: 0.5, dataWaitSeconds: 0.125,
      phases: PhaseShares(compute: 1, dataWait: 0, reductionWait: 0))
  }

  private func session(after epochs: [EpochSummary], globalStep: Int? = nil) throws -> EventLog {
    try EventLog(
      in: EventFolder(of: folder.path), epochs: epochs, globalStep: globalStep ?? epochs.count * 10, learningRate: 0.01,
      hasSteps: true)
  }

  private func progress(_ globalStep: Int) -> StepProgress {
    StepProgress(
      epoch: globalStep / 10, epochCount: 9, step: globalStep % 10, stepCount: 10,
      training: Evaluation(loss: Double(globalStep), accuracy: 0.5), elapsedSeconds: 1, samplesPerSecond: 1)
  }

  @Test func scalarsAreTheEpochsNumbersInSinglePrecision() throws {
    var log = try session(after: [])
    for number in 0..<3 { try log.epochDidEnd(epoch(number)) }
    let events = try EventReading(train)
    #expect(events.versions == ["brain.Event:2"])
    #expect(events.steps("epoch_loss") == [0, 1, 2])
    #expect(events.numbers("epoch_loss") == [0.5, 0.25, Float(0.5 / 3)])
    #expect(events.numbers("epoch_accuracy") == [0.1, 0.1, 0.1])
    #expect(events.numbers("epoch_learning_rate") == [0.01, 0.01, 0.01])
    #expect(events.numbers("epoch_samples_per_second") == [400, 400, 400])
    #expect(events.numbers("epoch_train_seconds") == [0.25, 0.25, 0.25])
    #expect(events.numbers("epoch_data_wait_seconds") == [0.125, 0.125, 0.125])
    let validation = try EventReading(folder.file("validation"))
    #expect(validation.steps("epoch_loss") == [0, 1, 2] && validation.numbers("epoch_accuracy") == [0.7, 0.7, 0.7])
  }

  @Test func withoutValidationThereIsNoSuchRun() throws {
    var log = try session(after: [])
    try log.epochDidEnd(epoch(0, validation: false))
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted() == ["steps", "train"])
  }

  /// The checkpoint of epoch 3 was written, and the process killed before its events were.
  @Test func anEpochWhoseEventsAKillPreventedIsToldByTheNextSession() throws {
    var log = try session(after: [])
    for number in 0..<2 { try log.epochDidEnd(epoch(number)) }
    log = try session(after: (0..<3).map { epoch($0) })
    try log.epochDidEnd(epoch(3))
    for run in ["train", "validation"] {
      #expect(try EventReading(folder.file(run)).steps("epoch_loss") == [0, 1, 2, 3], "\(run)")
    }
  }

  @Test func sessionsInOneSecondShowEachStepOnce() throws {
    for count in 0..<5 {
      var log = try session(after: (0..<count).map { epoch($0) })
      try log.epochDidEnd(epoch(count))
    }
    for run in ["train", "validation"] {
      #expect(try EventReading(folder.file(run)).steps("epoch_loss") == [0, 1, 2, 3, 4], "\(run)")
    }
  }

  /// Resumed from an earlier checkpoint than the newest, on a machine with other bits.
  @Test func whatTheCheckpointDoesNotKnowIsDropped() throws {
    var log = try session(after: [])
    for number in 0..<4 { try log.epochDidEnd(epoch(number, loss: 7)) }
    for step in [10, 20, 30, 40] { try log.stepsDidAdvance(progress(step)) }
    log = try session(after: [epoch(0, loss: 7), epoch(1, loss: 7)])
    try log.epochDidEnd(epoch(2, loss: 9))
    #expect(try EventReading(train).numbers("epoch_loss") == [7, 3.5, 3])
    try log.stepsDidAdvance(progress(35))
    #expect(try EventReading(folder.file("steps")).steps("batch_loss") == [10, 20, 35])
  }

  @Test func aTornLastRecordHidesNothingOfTheNextSession() throws {
    var log = try session(after: [])
    for number in 0..<2 { try log.epochDidEnd(epoch(number)) }
    let names = try FileManager.default.contentsOfDirectory(atPath: train)
    let path = "\(train)/\(try #require(names.first))"
    let whole = try #require(FileManager.default.contents(atPath: path))
    try whole.dropLast(3).write(to: URL(fileURLWithPath: path))
    #expect(try EventReading(train).steps("epoch_loss") == [0])
    log = try session(after: [epoch(0), epoch(1)])
    try log.epochDidEnd(epoch(2))
    #expect(try EventReading(train).steps("epoch_loss") == [0, 1, 2])
  }

  @Test func aFolderThatHasNothingYetGetsTheWholeHistory() throws {
    _ = try session(after: (0..<4).map { epoch($0) })
    #expect(try EventReading(train).steps("epoch_loss") == [0, 1, 2, 3])
    #expect(try EventReading(folder.file("validation")).steps("epoch_loss") == [0, 1, 2, 3])
  }

  @Test func timesThatAreLostAreNotTold() throws {
    let record = EpochRecord(epoch(0))
    _ = try session(after: [EpochSummary(record)])
    let events = try EventReading(train)
    #expect(events.steps("epoch_loss") == [0] && events.steps("epoch_samples_per_second").isEmpty)
  }

  @Test func namesGoUpThoughTheClockIsSetBack() {
    let names = ["events.out.tfevents.2000000000.ptrain", "events.out.tfevents.1999999999.host.17.0.v2", "notes"]
    #expect(EventFile.nextNumber(after: names, now: 1.9e9) == 2_000_000_001)
    #expect(EventFile.nextNumber(after: names, now: 2.1e9) == 2_100_000_000)
    #expect(EventFile.nextNumber(after: [], now: 1_764_000_000.6) == 1_764_000_000)
    #expect(EventFile.nextNumber(after: ["events.out.tfevents.99999999999999999999.x"], now: 5) == 5)
  }

  @Test func leftoversOfKilledWritersAreRemoved() throws {
    _ = try session(after: [])
    let left = "\(train)/.events.out.tfevents.1.ptrain.7-1.tmp"
    try Data([1]).write(to: URL(fileURLWithPath: left))
    _ = try session(after: [])
    #expect(!FileManager.default.fileExists(atPath: left))
  }

  @Test func aNewRunRefusesAFolderWithEventsOfAnother() throws {
    _ = try session(after: [])
    #expect(throws: EventFolderError.inUse(path: folder.path)) { try EventFolder(new: folder.path) }
    let other = folder.file("a/b")
    let made = try EventFolder(new: other)
    #expect(made.path.hasPrefix("/") && made.isSame(as: other + "/") && !made.isSame(as: folder.path))
  }
}
