import Foundation
import Testing

/// `ptrain train` as a process, on data of another shape and class count than MNIST's.
@Suite struct TrainingProcessTests {
  private let data: TrainingData

  init() throws { data = try TrainingData() }

  @Test func aRunLeavesItsCheckpointsAndItsHistory() throws {
    _ = try data.train("run", "--threads", "2", "--epochs", "3")
    let files = try data.files("run")
    #expect(
      files.keys.sorted() == [
        "ckpt-epoch-0001.zst", "ckpt-epoch-0002.zst", "ckpt-epoch-0003.zst", "ckpt.zst", "curves.png", "curves.svg",
        "history.jsonl", "run.json",
      ])
    #expect(files["ckpt.zst"] == files["ckpt-epoch-0003.zst"])
    #expect(files["ckpt.zst"] != files["ckpt-epoch-0002.zst"])
    #expect(try data.historyEpochs("run") == [1, 2, 3])
  }

  @Test func jsonIsTheDocumentedEventsAndNothingElse() throws {
    let run = try data.train("run", "--epochs", "2")
    #expect(run.errorOutput.isEmpty)
    #expect(run.events.map { $0["event"] as? String } == ["epoch", "epoch", "test", "end"])
    for (index, event) in run.events("epoch").enumerated() {
      #expect(Set(event.keys) == Run.epochKeys)
      #expect(event["epoch"] as? Int == index + 1)
      for key in Run.epochKeys.subtracting(["event"]) { #expect(event[key] is Double, "\(key)") }
    }
    #expect(Set(run.events[2].keys) == ["event", "test_loss", "test_accuracy"])
    #expect(
      Set(run.events[3].keys) == ["event", "checkpoint", "parameters_sha256", "wall_seconds", "peak_memory_bytes"])
    #expect(run.events[3]["checkpoint"] as? String == data.folder.file("run/ckpt.zst"))
    #expect(run.digest?.count == 64)
  }

  @Test func withoutATerminalThereAreNoControlCharacters() throws {
    let call = try Invocation(binary: ["--data", data.set, "--epochs", "2", "--out", data.folder.file("run")])
    #expect(call.code == 0 && call.errorOutput.isEmpty)
    #expect(call.output.unicodeScalars.allSatisfy { $0 == "\n" || $0.value >= 0x20 && $0.value != 0x7F })
    let lines = call.output.split(separator: "\n")
    #expect(lines.map { $0.prefix(8) }.starts(with: ["epoch 1/", "epoch 2/", "trained "]))
    for line in [lines[0], lines[1], lines[3]] {
      for part in ["compute ", "data wait ", "reduction wait "] { #expect(line.contains(part), "\(line)") }
    }
    let quiet = try Invocation(binary: [
      "--data", data.set, "--epochs", "2", "--quiet", "--out", data.folder.file("quiet"),
    ])
    #expect(quiet.code == 0 && quiet.output.hasPrefix("trained ") && quiet.errorOutput.isEmpty)
  }

  @Test func theNumberOfThreadsDoesNotChangeABit() throws {
    let options = ["--shards", "8", "--epochs", "2", "--optimizer", "adam"]
    var first: (digest: String?, checkpoint: Data?)?
    for threads in [1, 2, 3, 8] {
      let run = try Run(
        ["--data", data.set, "--out", data.folder.file("\(threads)"), "--json", "--threads", "\(threads)"] + options)
      let checkpoint = try data.files("\(threads)")["ckpt.zst"]
      #expect(run.digest != nil && first.map { $0.digest == run.digest } ?? true, "\(threads) threads")
      #expect(checkpoint != nil && first.map { $0.checkpoint == checkpoint } ?? true, "\(threads) threads")
      first = (run.digest, checkpoint)
    }
    // The seed does, so equal digests mean something.
    #expect(
      try data.train("other", "--shards", "8", "--epochs", "2", "--optimizer", "adam", "--seed", "2").digest
        != first?.digest)
  }

  @Test func oneCoreAndManyThreadsFinishWithTheRightBits() throws {
    let expected = try data.train("straight", "--threads", "1", "--shards", "64", "--epochs", "2").digest
    #expect(try data.train("many", "--threads", "64", "--epochs", "2").digest == expected)
    guard FileManager.default.isExecutableFile(atPath: "/usr/bin/taskset") else { return }
    let call = try Invocation(
      "/usr/bin/taskset",
      [
        "-c", "0", Invocation.binary.path, "--data", data.set, "--epochs", "2", "--threads", "64", "--json", "--out",
        data.folder.file("one"),
      ])
    #expect(call.code == 0 && call.output.contains(expected ?? "none"))
  }

  @Test func streamingGivesTheBitsOfTheCache() throws {
    // 15 bytes a sample: 6,000 samples exceed the smallest budget of 64 KiB.
    let count = 6000
    try data.folder.writeIDX(
      "big-images", [count, 3, 5], (0..<count * 15).map { UInt8(truncatingIfNeeded: $0 &* 31 >> 3) })
    try data.folder.writeIDX("big-labels", [count], (0..<count).map { UInt8($0 % 3) })
    let big = data.folder.file("big")
    let packed = try Invocation(binary: [
      "data", "pack", "--train-images", data.folder.file("big-images"), "--train-labels",
      data.folder.file("big-labels"),
      "--out", big,
    ])
    try #require(packed.code == 0)
    let options = [
      "train", "--data", big, "--epochs", "2", "--batch-size", "100", "--shuffle-buffer", "1000", "--json", "--out",
    ]
    let cached = try Run(options + [data.folder.file("cached")])
    let streamed = try Run(options + [data.folder.file("streamed"), "--memory-budget", "64KiB"])
    #expect(cached.digest != nil && cached.digest == streamed.digest)
    // Without test samples there is no test event.
    #expect(streamed.events.map { $0["event"] as? String } == ["epoch", "epoch", "end"])
    let refused = try Invocation(binary: [
      "train", "--data", big, "--shuffle-buffer", "5000", "--memory-budget", "64KiB", "--out",
      data.folder.file("refused"),
    ])
    #expect(refused.isRefusal(64, "a memory budget of"))
  }

  @Test func aSplitOfZeroTrainsOnEverything() throws {
    let run = try data.train("run", "--epochs", "2", "--validation-split", "0")
    for event in run.events("epoch") { #expect(event["val_loss"] is NSNull && event["val_accuracy"] is NSNull) }
    // 200 samples in minibatches of 20.
    let inspected = try Invocation(binary: ["inspect", data.folder.file("run")])
    #expect(inspected.output.contains("progress     2 of 2 epochs, 20 steps in all\n"))
    #expect(try data.historyEpochs("run") == [1, 2])
  }

  @Test func aModelWithoutHiddenLayersTrains() throws {
    let run = try data.train("run", "--epochs", "60", "--hidden", "", "--learning-rate", "0.5")
    let accuracy = try #require(run.events("test").first?["test_accuracy"] as? Double)
    // Guessing gives 0.25 of 40 samples; the classes can be told apart by brightness alone.
    #expect(accuracy >= 0.75)
    let summary = try Invocation(binary: ["summary", data.folder.file("run")])
    #expect(summary.code == 0 && summary.output.contains("dense") && !summary.output.contains("dense_1"))
    // 15 × 4 weights and 4 biases.
    #expect(summary.output.contains("64"))
  }

  @Test func keepBoundsTheEpochsCheckpoints() throws {
    _ = try data.train("two", "--epochs", "5", "--keep", "2")
    #expect(
      try data.files("two").keys.sorted() == [
        "ckpt-epoch-0004.zst", "ckpt-epoch-0005.zst", "ckpt.zst", "curves.png", "curves.svg", "history.jsonl",
        "run.json",
      ])
    _ = try data.train("none", "--epochs", "2", "--keep", "0", "--no-plot")
    #expect(try data.files("none").keys.sorted() == ["ckpt.zst", "history.jsonl", "run.json"])
  }

  @Test func aLossThatIsNotFiniteEndsWithCode3AndKeepsTheLastCheckpoint() throws {
    let folder = data.folder.file("run")
    let call = try Invocation(binary: [
      "--data", data.set, "--learning-rate", "1e30", "--checkpoint-every", "1", "--threads", "2", "--out", folder,
    ])
    #expect(call.isRefusal(3, "checkpoints written before stay"))
    let inspected = try Invocation(binary: ["inspect", folder])
    #expect(inspected.code == 0 && inspected.output.contains("0 of 10 epochs and "))
    #expect(try data.historyEpochs("run") == [])
  }

  @Test func checkpointsInsideAnEpochDoNotChangeTheResult() throws {
    let straight = try data.train("straight", "--epochs", "2", "--threads", "2")
    let often = try data.train("often", "--epochs", "2", "--threads", "2", "--checkpoint-every", "1")
    #expect(straight.digest == often.digest)
    #expect(try data.files("straight")["ckpt.zst"] == data.files("often")["ckpt.zst"])
  }

  /// The reader takes one line and leaves; the run goes on to its end.
  @Test func aReaderThatLeavesDoesNoHarm() throws {
    let straight = try data.train("straight", "--epochs", "25", "--threads", "2")
    let script = #"{ "$1" --data "$2" --out "$3" --epochs 25 --threads 2; echo $? > "$3/code"; } | head -n 1"#
    let call = try Invocation(
      "/bin/sh", ["-c", script, "sh", Invocation.binary.path, data.set, data.folder.file("run")])
    #expect(
      call.output.hasPrefix("epoch 1/25  ") && call.output.filter(\.isNewline).count == 1 && call.errorOutput.isEmpty)
    let files = try data.files("run")
    #expect(files["code"] == Data("0\n".utf8))
    #expect(try files["ckpt.zst"] == data.files("straight")["ckpt.zst"])
    #expect(try data.historyEpochs("run") == Array(1...25))
    #expect(straight.events("epoch").count == 25)
  }

  @Test func closedStreamsDoNoHarm() throws {
    let script = #""$1" --data "$2" --out "$3" --epochs 2 >&- 2>&- <&-; echo $?"#
    let call = try Invocation(
      "/bin/sh", ["-c", script, "sh", Invocation.binary.path, data.set, data.folder.file("run")])
    #expect(call.output == "0\n")
    #expect(try data.historyEpochs("run") == [1, 2])
    #expect(try Invocation(binary: ["inspect", data.folder.file("run")]).code == 0)
    #expect(try Invocation(binary: ["data", "verify", data.set]).code == 0)
  }
}
