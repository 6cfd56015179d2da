import Foundation
import Glibc
import PTrainCore
import PTrainData
import PTrainNetwork
import PTrainStorage
import PTrainTestSupport
import PTrainTraining
import Testing

@testable import PTrainCommand

/// Whichever call of a run's writing fails, once or from then on: no checkpoint is lost, the fault is named, and
/// a resume ends in the bits of a run that met none.
@Suite struct SessionFaultTests {
  private let data: TrainingData
  private let dataset: Dataset
  private let job: Job
  private static let epochs = 3

  init() throws {
    data = try TrainingData(count: 20, inMemory: true)
    dataset = try Dataset.open(data.set)
    let model = Sequential(inputShape: [3, 5]) {
      Flatten()
      Dense(4, activation: .softmax)
    }
    job = Job(dataset: dataset, model: model, optimizer: .adam(learningRate: 0.01), batchSize: 5, microbatchCount: 1)
  }

  /// A run's folder with the checkpoint of its first epoch.
  private func begin(_ name: String) throws -> RunFolder {
    let folder = try RunFolder(new: data.folder.file(name))
    try Trainer(job, on: dataset, execution: Execution(threads: 1)).fit(epochs: 1, saving: folder)
    return folder
  }

  /// Goes on from the newest whole checkpoint to the last epoch.
  ///
  /// - Returns: the error that ended it, the warnings, and the digest of the parameters.
  private func goOn(
    _ folder: RunFolder, _ policy: CheckpointErrorPolicy = .fail
  ) throws -> (error: (any DiagnosableError)?, warnings: [String], digest: Digest, epochs: Int) {
    let opened = try folder.openNewest()
    #expect(opened.faults.isEmpty, "\(opened.faults)")
    let trainer = try Trainer(resuming: opened.checkpoint, on: dataset, execution: Execution(threads: 1))
    var warnings: [String] = []
    var failure: (any DiagnosableError)?
    do {
      try TrainingSession(
        trainer, folder: folder,
        settings: RunSettings(threads: 1, checkpointEvery: 2, keep: 1, onCheckpointError: policy),
        epochCount: Self.epochs,
        reporter: ConsoleReporter(style: .json, isQuiet: true, terminal: .plain, write: { _ in }),
        warn: { warnings.append($0) }
      ).run()
    } catch let error as any DiagnosableError {
      failure = error
    }
    return (failure, warnings, trainer.state.parametersDigest, trainer.state.progress.epoch)
  }

  struct Case: CustomTestStringConvertible, Sendable {
    let number: Int32?
    let duration: FaultyFileSystem.Duration
    let policy: CheckpointErrorPolicy

    var testDescription: String { "\(number.map { String(cString: strerror($0)) } ?? "short"), \(duration), \(policy)" }
    var fault: FaultyFileSystem.Fault { number.map { .error($0) } ?? .shortWrite }
    /// Whether all goes well in spite of it.
    var isHarmless: Bool { number == nil || (number == EINTR && duration == .once) }

    static let all: [Case] = [ENOSPC, EIO, EINTR, nil].flatMap { (number: Int32?) in
      FaultyFileSystem.Duration.allCases.flatMap { duration in
        CheckpointErrorPolicy.allCases.map { Case(number: number, duration: duration, policy: $0) }
      }
    }
  }

  @Test(arguments: Case.all)
  func whateverFailsNothingIsLost(_ faultCase: Case) throws {
    let straight = try goOn(try begin("straight")).digest
    let first = try begin("first")
    for call in 1... {
      let path = data.folder.file("run-\(call)")
      try FileManager.default.copyItem(atPath: first.path, toPath: path)
      let folder = RunFolder(of: path)
      let faulty = FaultyFileSystem(faultCase.fault, atCall: call, faultCase.duration)
      var faultyFolder = folder
      faultyFolder.files = faulty
      let run = try goOn(faultyFolder, faultCase.policy)
      try check(run.error, run.warnings, faultCase, at: call, wasHit: faulty.faultCount > 0)
      if run.error == nil || faultCase.policy == .continue {
        #expect(run.epochs == Self.epochs && run.digest == straight, "call \(call)")
      }
      // The old checkpoint or a newer one opens, and the run can be ended from it.
      let resumed = try goOn(folder)
      #expect(resumed.error == nil && resumed.warnings.isEmpty && resumed.digest == straight, "call \(call)")
      let left = DurableFile.names(in: folder.path).sorted()
      #expect(left.filter { $0.hasSuffix(".tmp") } == [], "call \(call)")
      if faulty.faultCount == 0 { return #expect(call > 40, "only \(call) calls") }
    }
  }

  private func check(
    _ error: (any DiagnosableError)?, _ warnings: [String], _ faultCase: Case, at call: Int, wasHit: Bool
  ) throws {
    let messages = warnings + (error.map { [$0.description] } ?? [])
    guard wasHit, !faultCase.isHarmless, let number = faultCase.number else {
      return #expect(messages == [], "call \(call)")
    }
    for message in messages {
      #expect(message.contains(String(cString: strerror(number))) && message.contains("/run-\(call)"), "\(message)")
    }
    if let error { #expect([.cannotCreate, .inputOutput].contains(error.diagnosis.category)) }
    // Taking away a temporary file that has its name already is the one call whose failure harms nothing.
    if faultCase.duration == .forEver { #expect(error != nil, "call \(call)") }
  }

  @Test func theSettingIsKeptForAResume() throws {
    let folder = try begin("run")
    try RunSettings(threads: 2, onCheckpointError: .continue).save(in: folder)
    #expect(try RunSettings(keptIn: folder)?.onCheckpointError == .continue)
  }
}
