import Glibc
import PTrainData
import PTrainTestSupport
import Testing

@testable import PTrainTraining

/// Power fails at any moment of a run: its folder holds a checkpoint that opens.
struct CheckpointPowerFailureTests {
  private let tiny: TinyDataset
  private let folder: RunFolder
  private let recorder = RecordingFileSystem()
  private let trainer: Trainer

  init() throws {
    tiny = try TinyDataset(count: 29)
    let job = Job(dataset: tiny.dataset, model: tinyModel(), optimizer: .adam(learningRate: 0.01), batchSize: 4)
    trainer = try Trainer(job, on: tiny.dataset, execution: execution(lanes: 1))
    var folder = try RunFolder(new: tiny.folder.path + "/run")
    folder.files = recorder
    self.folder = folder
  }

  /// Calls `check` with every disk that a failure after any change may leave.
  private func forEachDisk(_ check: (PowerFailure, [String: [UInt8]]) throws -> Void) throws {
    var disk = PowerFailure()
    for change in recorder.changes {
      disk.apply(change)
      for names in Set(disk.disks) { try check(disk, names) }
    }
  }

  private func opens(_ bytes: [UInt8]) -> Bool {
    let path = tiny.folder.path + "/found"
    guard let file = fopen(path, "w") else { return false }
    fwrite(bytes, 1, bytes.count, file)
    fclose(file)
    return (try? Checkpoint(path: path)) != nil
  }

  @Test func theNewestCheckpointIsTheOldOneOrTheNewOne() throws {
    var versions: [[UInt8]] = []
    for (version, epoch) in [nil, 1, nil, 2, 3, nil].enumerated() {
      try trainer.fit(epochs: version + 1)
      versions.append(try trainer.checkpointBytes())
      try folder.save(versions[version], completedEpochs: epoch, keep: 1)
      recorder.promise(folder.newestCheckpoint, versions[version])
    }
    #expect(Set(versions).count == 6 && versions.allSatisfy(opens))
    try forEachDisk { disk, names in
      let promised = disk.promises[folder.newestCheckpoint].flatMap { versions.firstIndex(of: $0) }
      let newest = names[folder.newestCheckpoint]
      #expect(newest != nil || promised == nil)
      if let newest {
        let found = try #require(versions.firstIndex(of: newest), "\(newest.count) bytes of no version")
        #expect(found >= promised ?? 0)
      }
      for (name, content) in names where !name.hasSuffix(".tmp") { #expect(versions.contains(content), "\(name)") }
    }
  }

  @Test func aRunLeavesNothingElseUnderACheckpointsName() throws {
    try trainer.fit(epochs: 3, saving: folder, checkpointEvery: 2, keep: 1)
    var whole: Set<[UInt8]> = []
    var first: PowerFailure?
    try forEachDisk { disk, names in
      for (name, content) in names where !name.hasSuffix(".tmp") && !whole.contains(content) {
        try #require(opens(content), "\(name)")
        whole.insert(content)
      }
      if first != nil { #expect(names[folder.newestCheckpoint] != nil) }
      if names[folder.newestCheckpoint] != nil, disk.pendingCount == 0 { first = disk }
    }
    // 6 steps an epoch: two checkpoints inside each and one at its end.
    #expect(whole.count == 9)
  }
}
