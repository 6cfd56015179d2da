import Foundation
import PTrainCore
import PTrainData
import Testing

/// What `ptrain` as a process says of bad input: one line, a code, and nothing changed.
@Suite struct BadInputProcessTests {
  private let data: TrainingData

  init() throws { data = try TrainingData() }

  private func train(_ options: String...) throws -> Invocation {
    try Invocation(binary: ["train", "--data", data.set, "--out", data.folder.file("run")] + options)
  }

  @Test func aFolderWithARunIsRefusedAndNothingInItChanges() throws {
    _ = try data.train("run", "--epochs", "2")
    let before = try data.files("run")
    #expect(try train("--epochs", "3").isRefusal(73, "a run in"))
    #expect(try data.files("run") == before)
  }

  @Test func aFolderThatCannotBeMadeIsRefused() throws {
    for folder in ["/proc/nothing/run", data.folder.file("train-images"), data.folder.file("train-images") + "/run"] {
      let call = try Invocation(binary: ["train", "--data", data.set, "--epochs", "1", "--out", folder])
      #expect(call.isRefusal(73), "\(call.errorOutput)")
    }
  }

  @Test func missingDataIsRefusedBeforeAFolderIsMade() throws {
    let call = try Invocation(binary: ["train", "--data", data.folder.file("no"), "--out", data.folder.file("run")])
    #expect(call.isRefusal(66, data.folder.file("no")))
    #expect(!FileManager.default.fileExists(atPath: data.folder.file("run")))
  }

  @Test func anAlteredOrTruncatedShardIsRefused() throws {
    let name = try #require(FileManager.default.contentsOfDirectory(atPath: data.set).first { $0.hasPrefix("train") })
    let url = URL(fileURLWithPath: "\(data.set)/\(name)")
    let whole = try Data(contentsOf: url)
    var altered = whole
    altered[whole.count / 2] ^= 1
    for bytes in [altered, whole.dropLast(), Data()] {
      try bytes.write(to: url)
      #expect(try train().isRefusal(65, name))
    }
    #expect(!FileManager.default.fileExists(atPath: data.folder.file("run")))
  }

  /// A description that claims fewer classes, with a root hash that fits.
  @Test func aLabelOutOfRangeIsRefused() throws {
    let url = URL(fileURLWithPath: "\(data.set)/dataset.json")
    var text = try String(contentsOf: url, encoding: .utf8)
    text.replaceSubrange(try #require(text.firstRange(of: "\"classCount\" : 4")), with: "\"classCount\" : 3")
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    let description = try JSONDecoder().decode(DatasetDescription.self, from: Data(text.utf8))
    let root = Digest(of: [UInt8](try encoder.encode(description))).hexadecimal
    let start = try #require(text.firstRange(of: "\"root\" : \"")).upperBound
    text.replaceSubrange(start..<text.index(start, offsetBy: 64), with: root)
    try text.write(to: url, atomically: true, encoding: .utf8)
    #expect(try train().isRefusal(65, "label 3"))
  }

  /// Those that only the data or the machine decides on, and some of ``UsageErrorTests``.
  private static let badFlags = [
    ["--threads", "0"], ["--batch-size", "0"], ["--validation-split", "nan"], ["--validation-split", "0.999"],
    ["--learning-rate", "nan"], ["--memory-budget", "1KB"], ["--hidden", "1048576,1048576"], ["--frobnicate"],
  ]

  @Test func aBadFlagIsOneLineAndCode64() throws {
    for flag in Self.badFlags {
      let call = try Invocation(binary: ["train", "--data", data.set, "--out", data.folder.file("run")] + flag)
      #expect(call.isRefusal(64), "\(flag): \(call.errorOutput)")
    }
    #expect(!FileManager.default.fileExists(atPath: data.folder.file("run")))
  }
}

/// What looks at a run's result.
@Suite struct ModelProcessTests {
  private let data: TrainingData
  private let run: Run
  private var folder: String { data.folder.file("run") }

  init() throws {
    data = try TrainingData()
    run = try data.train(
      "run", "--epochs", "30", "--threads", "2", "--hidden", "7", "--optimizer", "adam", "--learning-rate", "0.05")
  }

  @Test func evaluatingGivesTheRunsTestEvent() throws {
    let expected = try #require(run.events("test").first as? [String: AnyHashable])
    for threads in ["1", "2", "8"] {
      let found = try Run(["evaluate", folder, "--data", data.set, "--json", "--threads", threads])
      #expect(found.events as? [[String: AnyHashable]] == [expected], "\(threads) threads")
    }
    let text = try Invocation(binary: ["evaluate", folder + "/ckpt-epoch-0001.zst", "--data", data.set])
    #expect(text.code == 0 && text.output.hasPrefix("test  loss ") && text.output.hasSuffix("  40 samples\n"))
    #expect(try Invocation(binary: ["evaluate", folder, "--data", data.folder.file("no")]).isRefusal(66))
  }

  @Test func predictingGivesEveryClassAProbability() throws {
    var hits = 0
    for index in 0..<6 {
      let events = try Run(["predict", folder, "--data", data.set, "--index", "\(index)", "--json"]).events
      let event = try #require(events.first)
      #expect(events.count == 1 && Set(event.keys) == ["event", "index", "class", "label", "probabilities"])
      let probabilities = try #require(event["probabilities"] as? [Double])
      // Four numbers that were rounded to 24 bits each.
      #expect(probabilities.count == 4 && abs(probabilities.reduce(0, +) - 1) < 1e-6)
      let predicted = try #require(event["class"] as? Int)
      #expect(probabilities[predicted] == probabilities.max())
      hits += predicted == event["label"] as? Int ? 1 : 0
    }
    #expect(hits >= 4)
    let text = try Invocation(binary: ["predict", folder, "--data", data.set, "--index", "3"])
    #expect(text.code == 0 && text.output.split(separator: "\n").count == 5)
    #expect(text.output.contains("test sample 3: class "))
    #expect(try Invocation(binary: ["predict", folder, "--data", data.set, "--index", "40"]).isRefusal(64, "0 to 39"))
  }

  @Test func aModelOfOtherSamplesIsRefused() throws {
    try data.folder.writeIDX("other-images", [4, 5, 3], [UInt8](repeating: 9, count: 60))
    try data.folder.writeIDX("other-labels", [4], [0, 1, 2, 3])
    let other = data.folder.file("other")
    let packed = try Invocation(binary: [
      "data", "pack", "--train-images", data.folder.file("other-images"), "--train-labels",
      data.folder.file("other-labels"), "--out", other,
    ])
    try #require(packed.code == 0)
    #expect(try Invocation(binary: ["evaluate", folder, "--data", other]).isRefusal(64, "[5, 3]"))
    #expect(
      try Invocation(binary: ["predict", folder, "--data", other, "--partition", "train"]).isRefusal(64, "[5, 3]"))
  }

  @Test func theSummaryIsTheTableOfLayers() throws {
    let summary = try Invocation(binary: ["summary", folder])
    #expect(summary.code == 0 && summary.errorOutput.isEmpty)
    for text in ["flatten", "dense", "dense_1", "112", "32", "144"] {
      #expect(summary.output.contains(text), "\(text) in \(summary.output)")
    }
  }

  @Test func inspectingNamesWhatIsInside() throws {
    let inspected = try Invocation(binary: ["inspect", folder])
    #expect(inspected.code == 0 && inspected.errorOutput.isEmpty)
    let lines = [
      "checkpoint   \(folder)/ckpt.zst, verified", "progress     30 of 30 epochs, 210 steps in all",
      "parameters   sha256 \(run.digest ?? "none")", "  dense.weight  F32  7×15", "  dense.bias  F32  7",
      "  dense_1.weight  F32  4×7", "  dense_1.bias  F32  4", "  optimizer.first_moment.dense.weight  F32  7×15",
    ]
    for line in lines { #expect(inspected.output.contains("\(line)\n"), "\(line)") }
    #expect(try Invocation(binary: ["inspect", folder + "/ckpt.zst"]) == inspected)
  }

  @Test func showingDrawsASampleWithoutControlCharacters() throws {
    let shown = try Invocation(binary: ["show", "--data", data.set, "--index", "5"])
    #expect(shown.code == 0 && shown.output.split(separator: "\n").last?.hasPrefix("label ") == true)
    #expect(shown.output.unicodeScalars.allSatisfy { $0 == "\n" || $0.value >= 0x20 })
  }
}
