import Foundation
import PTrainTestSupport
import Testing

/// A data set of 200 (or `count`) training and 40 test images of 3 × 5 in 4 classes, packed by the binary, and runs on it.
struct TrainingData {
  let folder: TemporaryFolder
  var set: String { folder.file("set") }

  init(count: Int = 200, inMemory: Bool = false) throws {
    folder = try TemporaryFolder(inMemory: inMemory)
    try Self.writeSamples(count: count, first: 0, "train", to: folder)
    try Self.writeSamples(count: 40, first: 200, "test", to: folder)
    let call = try pack(to: set)
    try #require(call.code == 0, "\(call.errorOutput)")
  }

  /// Every class brightens other pixels, so that there is something to learn.
  private static func writeSamples(count: Int, first: Int, _ name: String, to folder: TemporaryFolder) throws {
    let noise = { (index: Int) in Int((UInt64(index + 1) &* 0x9E37_79B9_7F4A_7C15) >> 40) }
    let label = { (sample: Int) in noise(7_000_000 + sample) % 4 }
    let pixels = (first..<first + count).flatMap { sample in
      (0..<15).map { UInt8(noise(sample * 15 + $0) % 100 + ($0 % 4 == label(sample) ? 120 : 0)) }
    }
    try folder.writeIDX("\(name)-images", [count, 3, 5], pixels)
    try folder.writeIDX("\(name)-labels", [count], (first..<first + count).map { UInt8(label($0)) })
  }

  func pack(to path: String) throws -> Invocation {
    try Invocation(binary: [
      "data", "pack", "--train-images", folder.file("train-images"), "--train-labels", folder.file("train-labels"),
      "--test-images", folder.file("test-images"), "--test-labels", folder.file("test-labels"), "--out", path,
    ])
  }

  /// `ptrain train` with `options` and its output as JSON, in the run folder `name`.
  func train(_ name: String, _ options: String...) throws -> Run {
    try Run(["train", "--data", set, "--out", folder.file(name), "--json"] + options)
  }

  /// The files of the run folder `name` with their bytes.
  func files(_ name: String) throws -> [String: Data] {
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.file(name))
    return Dictionary(
      uniqueKeysWithValues: names.map {
        ($0, FileManager.default.contents(atPath: folder.file("\(name)/\($0)")) ?? Data())
      })
  }

  /// The epochs that `history.jsonl` of the run folder `name` tells of, in its order.
  func historyEpochs(_ name: String) throws -> [Int] {
    let text = try String(contentsOfFile: folder.file("\(name)/history.jsonl"), encoding: .utf8)
    #expect(text.isEmpty || text.hasSuffix("\n"))
    return try text.split(separator: "\n").map { line in
      let object = try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
      #expect(Set(object.keys) == Run.epochKeys && object["event"] as? String == "epoch")
      return try #require(object["epoch"] as? Int)
    }
  }
}

/// A training that ended well, with `--json`.
struct Run {
  static let epochKeys: Set<String> = [
    "event", "epoch", "loss", "accuracy", "val_loss", "val_accuracy", "train_seconds", "epoch_seconds",
    "samples_per_second", "data_wait_seconds", "compute_share", "data_wait_share", "reduction_wait_share",
  ]

  /// Each line of standard output, read as JSON.
  let events: [[String: Any]]
  let errorOutput: String

  init(_ arguments: [String]) throws {
    let call = try Invocation(binary: arguments)
    try #require(call.code == 0, "\(call.errorOutput)")
    errorOutput = call.errorOutput
    events = try call.output.split(separator: "\n", omittingEmptySubsequences: false).dropLast().map { line in
      try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any], "\(line)")
    }
  }

  func events(_ name: String) -> [[String: Any]] { events.filter { $0["event"] as? String == name } }

  var digest: String? { events.last?["parameters_sha256"] as? String }
}

extension Invocation {
  /// A refusal: this code, one line on standard error that holds `text`, nothing on standard output.
  func isRefusal(_ code: Int32, _ text: String = "") -> Bool {
    self.code == code && output.isEmpty && errorOutput.hasPrefix("ptrain: error: found ")
      && errorOutput.hasSuffix("\n") && errorOutput.filter(\.isNewline).count == 1
      && (text.isEmpty || errorOutput.contains(text))
  }
}
