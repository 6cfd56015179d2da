import Glibc
import PTrainCore
import PTrainData
import PTrainNetwork
import PTrainTestSupport
import PTrainTraining
import Testing

/// Stops a run after a number of steps in all, as a signal would.
private final class Stopper: TrainingCallback {
  private let stop: StopFlag
  private let steps: Int

  init(_ trainer: Trainer, steps: Int) {
    stop = trainer.stop
    self.steps = steps
  }

  func stepsDidAdvance(_ progress: StepProgress) {
    if progress.epoch * progress.stepCount + progress.step == steps { stop.raise() }
  }
}

struct ResumeTests {
  private static func job(_ dataset: Dataset, shuffle: Shuffle = .uniform) -> Job {
    Job(
      dataset: dataset, model: tinyModel(dropout: 0.2),
      optimizer: .sgd(learningRate: 0.05, momentum: .classical(0.9)), batchSize: 4, shuffle: shuffle, seed: 11,
      microbatchCount: 3)
  }

  /// 40 training samples, 10 steps an epoch, 3 epochs: stopped after every number of steps, resumed with
  /// another number of lanes.
  @Test(arguments: [Shuffle.uniform, .window(count: 7)])
  func aRunStoppedAnywhereEndsInTheBitsOfAStraightOne(shuffle: Shuffle) throws {
    let tiny = try TinyDataset(count: 57)
    let job = Self.job(tiny.dataset, shuffle: shuffle)
    let straight = try Trainer(job, on: tiny.dataset, execution: execution(lanes: 1))
    try straight.fit(epochs: 3)
    let expected = try straight.checkpointBytes()
    for steps in 1...29 {
      let folder = try RunFolder(new: tiny.folder.path + "/run-\(shuffle)-\(steps)")
      let first = try Trainer(job, on: tiny.dataset, execution: execution(lanes: 1 + steps % 3))
      try first.fit(epochs: 3, saving: folder, checkpointEvery: steps, callbacks: [Stopper(first, steps: steps)])
      let checkpoint = try Checkpoint(path: folder.newestCheckpoint)
      #expect(checkpoint.progress.globalStep == steps, "\(steps) steps")
      let budget = shuffle == .uniform ? Execution.defaultMemoryBudget : 300
      let second = try Trainer(
        resuming: checkpoint, on: tiny.dataset, execution: execution(lanes: 1 + (steps + 1) % 3, memoryBudget: budget))
      try second.fit(epochs: checkpoint.progress.epochsWanted)
      #expect(try second.checkpointBytes() == expected, "stopped after \(steps) steps")
    }
  }

  @Test func aRunResumesFromTheEndOfEachEpoch() throws {
    let tiny = try TinyDataset(count: 57)
    let job = Self.job(tiny.dataset)
    let folder = try RunFolder(new: tiny.folder.path + "/run")
    let straight = try Trainer(job, on: tiny.dataset, execution: execution(lanes: 2))
    try straight.fit(epochs: 4, saving: folder)
    for epoch in 1...4 {
      let checkpoint = try Checkpoint(path: folder.checkpoint(ofEpoch: epoch))
      #expect(checkpoint.progress.epoch == epoch)
      let resumed = try Trainer(resuming: checkpoint, on: tiny.dataset, execution: execution(lanes: 2))
      try resumed.fit(epochs: 4)
      #expect(try resumed.checkpointBytes() == straight.checkpointBytes(), "from epoch \(epoch)")
    }
  }

  @Test func keepBoundsTheEarlierCheckpoints() throws {
    let tiny = try TinyDataset(count: 29)
    let folder = try RunFolder(new: tiny.folder.path + "/run")
    let trainer = try Trainer(Self.job(tiny.dataset), on: tiny.dataset, execution: execution(lanes: 1))
    try trainer.fit(epochs: 5, saving: folder, keep: 2)
    let present = (1...5).filter { (try? Checkpoint(path: folder.checkpoint(ofEpoch: $0))) != nil }
    #expect(present == [4, 5])
    #expect(try Checkpoint(path: folder.newestCheckpoint).progress.epoch == 5)
  }

  @Test func aFolderWithARunIsNotUsedForANewOne() throws {
    let tiny = try TinyDataset(count: 29)
    let folder = try RunFolder(new: tiny.folder.path + "/run")
    let trainer = try Trainer(Self.job(tiny.dataset), on: tiny.dataset, execution: execution(lanes: 1))
    try trainer.fit(epochs: 1, saving: folder)
    #expect(throws: TrainingError.self) { try RunFolder(new: tiny.folder.path + "/run") }
  }

  @Test func anotherDataSetIsRefused() throws {
    let tiny = try TinyDataset(count: 29)
    let other = try TinyDataset(count: 30)
    let folder = try RunFolder(new: tiny.folder.path + "/run")
    let trainer = try Trainer(Self.job(tiny.dataset), on: tiny.dataset, execution: execution(lanes: 1))
    try trainer.fit(epochs: 1, saving: folder)
    let checkpoint = try Checkpoint(path: folder.newestCheckpoint)
    let error = #expect(throws: TrainingError.self) {
      try Trainer(resuming: checkpoint, on: other.dataset, execution: execution(lanes: 1))
    }
    guard case .otherDataset = try #require(error) else {
      Issue.record("\(String(describing: error))")
      return
    }
  }
}

struct RunFolderTests {
  @Test func eachRunGetsTheNextFreeFolder() throws {
    let folder = try TemporaryFolder()
    let runs = folder.path + "/runs"
    #expect(try (1...3).map { _ in try RunFolder(nextIn: runs).path } == (1...3).map { "\(runs)/\($0)" })
    rmdir(runs + "/2")
    #expect(try RunFolder(nextIn: runs).path == runs + "/2")
  }

  /// A process that dies between the two writes must not leave an epoch without its checkpoint.
  @Test func theEpochsCheckpointIsThereBeforeItIsTheNewest() throws {
    let temporary = try TemporaryFolder()
    let folder = try RunFolder(new: temporary.path + "/run")
    // A folder in the place of ckpt.zst can't be replaced.
    mkdir(folder.newestCheckpoint, 0o777)
    #expect(throws: TrainingError.self) { try folder.save([1, 2], completedEpochs: 7, keep: nil) }
    #expect(access(folder.checkpoint(ofEpoch: 7), F_OK) == 0)
  }

  @Test func aFolderThatCannotBeMadeIsAnError() {
    let error = #expect(throws: TrainingError.self) { try RunFolder(nextIn: "/proc/nothing/runs") }
    #expect(error?.diagnosis.category == .cannotCreate)
  }
}
