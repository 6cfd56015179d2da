import Glibc
import PTrainCore
import PTrainData
import PTrainStorage
import Testing

@testable import PTrainTraining

/// A checkpoint that someone or something has altered ends in a typed error, never in a trap.
struct CheckpointTests {
  private let tiny: TinyDataset
  private let bytes: [UInt8]
  private var path: String { tiny.folder.path + "/ckpt.zst" }

  /// The checkpoint of a small run in the middle of its second epoch: 20 training samples, 5 steps an epoch.
  init() throws {
    tiny = try TinyDataset(count: 29)
    let job = Job(
      dataset: tiny.dataset, model: tinyModel(dropout: 0.25),
      optimizer: .sgd(learningRate: 0.0625, momentum: .classical(0.5)), batchSize: 4, seed: 7, microbatchCount: 3)
    let trainer = try Trainer(job, on: tiny.dataset, execution: execution(lanes: 1))
    try trainer.fit(epochs: 1)
    trainer.state.progress.epochsWanted = 3
    try trainer.prepareRows(epoch: 1, step: 0)
    _ = try trainer.advance(stepCount: 2)
    bytes = try trainer.checkpointBytes()
    try write(bytes)
  }

  private func write(_ bytes: some Sequence<UInt8>) throws {
    let file = try #require(fopen(path, "w"))
    defer { fclose(file) }
    let bytes = Array(bytes)
    #expect(fwrite(bytes, 1, bytes.count, file) == bytes.count)
  }

  /// The error of everything that is done with a checkpoint, the first of them; `nil` if all went well.
  private func fault(memoryBudget: Int = Execution.defaultMemoryBudget) -> TrainingError? {
    do throws(TrainingError) {
      let checkpoint = try Checkpoint(path: path)
      _ = checkpoint.parametersDigest
      let trainer = try Trainer(
        resuming: checkpoint, on: tiny.dataset, execution: execution(lanes: 2, memoryBudget: memoryBudget))
      try trainer.fit(epochs: 2)
      return nil
    } catch {
      return error
    }
  }

  /// Writes the checkpoint anew, sealed, with other metadata.
  private func reseal(_ change: (inout [String: String]) -> Void) throws {
    let archive = try SealedArchive(bytes: bytes, limit: 1 << 20)
    var metadata = archive.metadata
    change(&metadata)
    let tensors = archive.header.tensors
    let contents = tensors.map { archive.bytes(of: $0) }
    let joined = contents.flatMap { $0 }
    let encoded = try joined.withUnsafeBytes { joined in
      var offset = 0
      let parts = zip(tensors, contents).map { tensor, content in
        defer { offset += content.count }
        return SealedArchive.Tensor(
          tensor.name, tensor.type, tensor.shape,
          UnsafeRawBufferPointer(rebasing: joined[offset..<(offset + content.count)]))
      }
      return try SealedArchive.encoded(parts, metadata: metadata)
    }
    try write(encoded)
  }

  @Test func theCheckpointItselfIsTakenAndResealingChangesNothing() throws {
    #expect(fault() == nil)
    try reseal { _ in }
    #expect(try DurableFile.read(path, limit: 1 << 20) == bytes)
    let progress = try Checkpoint(path: path).progress
    #expect(progress.epoch == 1 && progress.step == 2 && progress.globalStep == 7 && progress.sums.samples == 8)
  }

  @Test func everyTruncationIsRefused() throws {
    for count in 0..<bytes.count {
      try write(bytes[..<count])
      #expect(fault()?.diagnosis.category == .malformedData, "the first \(count) bytes")
    }
  }

  @Test func everyFlipIsRefused() throws {
    for index in bytes.indices {
      for mask: UInt8 in [0x01, 0x80] {
        var altered = bytes
        altered[index] ^= mask
        try write(altered)
        #expect(fault()?.diagnosis.category == .malformedData, "byte \(index) ^ \(mask)")
      }
    }
  }

  @Test func anotherVersionIsRefusedByName() throws {
    try reseal { $0["version"] = "2" }
    #expect(fault()?.diagnosis == TrainingError.checkpointVersion(path: path, found: "2", expected: "1").diagnosis)
    #expect(fault()?.diagnosis.category == .malformedData)
    try reseal { $0["version"] = nil }
    #expect(fault()?.diagnosis == TrainingError.checkpointVersion(path: path, found: "none", expected: "1").diagnosis)
  }

  @Test func anotherKindOfArchiveIsRefused() throws {
    try reseal { $0["format"] = "weights" }
    #expect(
      fault()?.diagnosis == TrainingError.notACheckpoint(path: path, reason: "an archive of another kind").diagnosis)
  }

  @Test(arguments: ["job", "progress", "environment"])
  func metadataThatCannotBeReadIsRefused(key: String) throws {
    for text in [nil, "", "{", "{}", "[]", "null", "{\"epoch\":\"1\"}"] {
      try reseal { $0[key] = text }
      #expect(
        fault()?.diagnosis == TrainingError.notACheckpoint(path: path, reason: "its \(key) can't be read").diagnosis)
    }
  }

  private static let huge = "9223372036854775807"

  /// What stands in the progress, and nonsense in its place.
  static let progressLies: [(found: String, lie: String)] =
    [
      ("\"step\":2", "\"step\":-1"), ("\"step\":2", "\"step\":3"), ("\"step\":2", "\"step\":6"),
      ("\"step\":2", "\"step\":\(huge)"), ("\"step\":2", "\"step\":4611686018427387904"),
      ("\"step\":2", "\"step\":1.5"),
      ("\"global_step\":7", "\"global_step\":-7"), ("\"global_step\":7", "\"global_step\":8"),
      ("\"global_step\":7", "\"global_step\":\(huge)"),
      ("\"epochs_wanted\":3", "\"epochs_wanted\":-3"),
      ("\"epoch\":1", "\"epoch\":0"), ("\"epoch\":1", "\"epoch\":2"), ("\"epoch\":1", "\"epoch\":-1"),
      ("\"epoch\":1", "\"epoch\":\(huge)"),
      ("\"samples\":8", "\"samples\":7"), ("\"samples\":8", "\"samples\":-8"), ("\"samples\":8", "\"samples\":\(huge)"),
      ("\"correct\":", "\"correct\":\(huge),\"x\":"), ("\"correct\":", "\"correct\":-1,\"x\":"),
      ("\"correct\":", "\"correct\":9,\"x\":"), ("\"loss\":", "\"loss\":1e999,\"x\":"),
      ("\"loss\":", "\"loss\":\"nan\",\"x\":"),
      // The records of complete epochs.
      ("\"epoch\":0", "\"epoch\":\(huge)"), ("\"epoch\":0", "\"epoch\":-1"), ("\"epoch\":0", "\"epoch\":5"),
      ("\"global_step\":5", "\"global_step\":6"), ("\"global_step\":5", "\"global_step\":-5"),
      ("\"sample_count\":20", "\"sample_count\":21"), ("\"sample_count\":20", "\"sample_count\":-20"),
      ("\"records\":[{", "\"records\":[],\"x\":[{"),
    ]

  @Test func aProgressThatContradictsItselfIsRefused() throws {
    for (found, lie) in Self.progressLies {
      try replace(found, by: lie, in: "progress")
      #expect(fault()?.diagnosis.category == .malformedData, "\(lie)")
    }
  }

  /// What stands in the job, and nonsense in its place.
  static let jobLies: [(found: String, lie: String)] =
    ["0", "-1", "16777217", huge, "1e3000", "4.5", "\"4\""].map { ("\"batch_size\":4", "\"batch_size\":\($0)") }
    + ["0", "-1", "1025", huge].map { ("\"shards\":3", "\"shards\":\($0)") }
    + ["1", "-0.1", "1e300", "\"nan\""].map { ("\"validation_split\":0.3", "\"validation_split\":\($0)") }
    + ["-1", "18446744073709551616"].map { ("\"seed\":7", "\"seed\":\($0)") }
    + ["0", "-1", "1e39", "1e999", "\"nan\"", "null"].map { ("\"learning_rate\":0.0625", "\"learning_rate\":\($0)") }
    + ["1", "-0.5", "1e39"].map { ("\"factor\":0.5", "\"factor\":\($0)") }
    + ["0", "-5", "6", huge, "2147483647"].map { ("\"units\":5", "\"units\":\($0)") }
    + ["[]", "[0]", "[-3,4]", "[3,5]", "[12]", "[4611686018427387904,4]", "[\(huge)]"].map {
      ("\"input_shape\":[3,4]", "\"input_shape\":\($0)")
    }
    + ["1", "-0.25", "1e39"].map { ("\"rate\":0.25", "\"rate\":\($0)") }
    + ["0", "-1", huge, "1e30"].map { ("\"shuffle\":{}", "\"shuffle\":{\"window\":\($0)}") }
    + [
      ("\"layers\":[", "\"layers\":[],\"x\":["), ("\"type\":\"dense\"", "\"type\":\"conv\""),
      ("\"type\":\"sgd\"", "\"type\":\"rmsprop\""), ("\"type\":\"classical\"", "\"type\":\"heavy\""),
      ("\"activation\":\"tanh\"", "\"activation\":\"gelu\""), ("\"units\":3", "\"units\":2"),
      ("\"use_bias\":true", "\"use_bias\":false"), ("\"reduction\":\"", "\"reduction\":\"x"),
      ("\"loss\":\"", "\"loss\":\"x"), ("\"dataset\":\"", "\"dataset\":\"0"),
    ]

  @Test func aJobThatCannotBeIsRefused() throws {
    for (found, lie) in Self.jobLies {
      try replace(found, by: lie, in: "job")
      #expect(fault() != nil, "\(lie)")
      // Streaming has sums of its own.
      #expect(fault(memoryBudget: 200) != nil, "\(lie), streamed")
      // To predict with it must end well or in an error, too.
      #expect(trained().map { !$0.description.contains("\n") } ?? true, "\(lie)")
    }
  }

  /// The error of taking the model out of the checkpoint.
  private func trained() -> TrainingError? {
    do throws(TrainingError) {
      _ = try TrainedModel(checkpoint: path).evaluate(on: tiny.dataset, threads: 1)
      return nil
    } catch {
      return error
    }
  }

  private func replace(_ found: String, by lie: String, in key: String) throws {
    var isThere = false
    try reseal { metadata in
      guard let text = metadata[key], let range = text.firstRange(of: found) else { return }
      isThere = true
      metadata[key] = text.replacingCharacters(in: range, with: lie)
    }
    let metadata = try SealedArchive(bytes: bytes, limit: 1 << 20).metadata
    try #require(isThere, "\(found) in \(metadata[key] ?? "")")
  }

  @Test func aModelLargerThanItsTensorsIsRefusedBeforeItIsAllocated() throws {
    // 1.9 GB of parameters and as much of velocity, which would be touched if they were allocated.
    try replace("\"units\":5", by: "\"units\":30000000", in: "job")
    let before = Self.peakKilobytes
    #expect(fault()?.diagnosis.category == .malformedData)
    #expect(trained()?.diagnosis.category == .malformedData)
    #expect(Self.peakKilobytes - before < 100_000)
  }

  private static var peakKilobytes: Int {
    var usage = rusage()
    getrusage(0, &usage)  // RUSAGE_SELF
    return usage.ru_maxrss
  }
}

extension String {
  fileprivate func replacingCharacters(in range: Range<Index>, with text: String) -> String {
    var copy = self
    copy.replaceSubrange(range, with: text)
    return copy
  }
}
