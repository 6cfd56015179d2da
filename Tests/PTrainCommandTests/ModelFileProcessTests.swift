import Foundation
import Testing

/// Models in Keras's formats on the command line.
@Suite struct ModelFileProcessTests {
  private let data: TrainingData

  init() throws { data = try TrainingData() }

  private func run(_ arguments: String...) throws -> Invocation { try Invocation(binary: arguments) }

  @Test(arguments: ["h5", "keras"]) func anExportedModelIsEvaluatedAsTheRunIs(ending: String) throws {
    _ = try data.train("run", "--epochs", "2", "--optimizer", "adam")
    let file = data.folder.file("model.\(ending)")
    let export = try run("export", data.folder.file("run"), "-o", file)
    #expect(export == Invocation(code: 0))
    for command in [
      ["evaluate", "--json", "--data", data.set], ["predict", "--json", "--data", data.set], ["summary"],
    ] {
      let (ours, theirs) = (command + [data.folder.file("run")], command + [file])
      let expected = try Invocation(binary: ours)
      #expect(expected.code == 0 && !expected.output.isEmpty, "\(expected.errorOutput)")
      #expect(try Invocation(binary: theirs) == expected)
    }
  }

  @Test func saveWritesWhatExportWrites() throws {
    let saved = data.folder.file("saved.h5")
    _ = try data.train("run", "--epochs", "1", "--save", saved)
    let exported = data.folder.file("exported.h5")
    _ = try run("export", data.folder.file("run"), "--output", exported)
    let bytes = FileManager.default.contents(atPath: saved)
    #expect(bytes != nil && bytes == FileManager.default.contents(atPath: exported))
  }

  @Test func fineTuningTakesModelLossAndOptimizerOfTheFile() throws {
    let file = data.folder.file("model.h5")
    let first = try data.train(
      "first", "--epochs", "2", "--hidden", "7", "--activation", "tanh", "--optimizer", "adam", "--save", file)
    let second = try data.train("second", "--epochs", "1", "--init", file)
    #expect(second.digest != nil && second.digest != first.digest)
    let inspected = try run("inspect", data.folder.file("second")).output
    #expect(inspected.contains("adam") && inspected.contains("7×15"))
    // From the run's folder as from the file, and again: the same bits. With another rate: others.
    #expect(try data.train("third", "--epochs", "1", "--init", data.folder.file("first")).digest == second.digest)
    #expect(
      try data.train("fourth", "--epochs", "1", "--init", file, "--learning-rate", "0.5").digest != second.digest)
    let sgd = try data.train("fifth", "--epochs", "1", "--init", file, "--optimizer", "sgd")
    #expect(sgd.digest != second.digest)
    #expect(try run("inspect", data.folder.file("fifth")).output.contains("sgd"))
  }

  @Test func whatCannotBeSavedIsRefusedBeforeTraining() throws {
    let out = data.folder.file("never")
    let train = ["train", "--data", data.set, "--out", out, "--save"]
    #expect(try Invocation(binary: train + [data.folder.file("model.txt")]).isRefusal(64, "model.txt"))
    #expect(try Invocation(binary: train + [data.folder.file("no/folder/model.h5")]).isRefusal(73))
    #expect(
      try Invocation(binary: train + [data.folder.file("model.h5"), "--activation", "step"])
        .isRefusal(64, "the activation step"))
    #expect(!FileManager.default.fileExists(atPath: out))
    #expect(!FileManager.default.fileExists(atPath: data.folder.file("model.h5")))
  }

  @Test func optionsThatContradictTheFileAreRefused() throws {
    let file = data.folder.file("model.h5")
    _ = try data.train("run", "--epochs", "1", "--optimizer", "adam", "--save", file)
    let train = ["train", "--data", data.set, "--out", data.folder.file("never"), "--init", file]
    #expect(try Invocation(binary: train + ["--hidden", "5"]).isRefusal(64, "'--hidden' beside --init"))
    #expect(try Invocation(binary: train + ["--activation", "relu"]).isRefusal(64, "'--activation' beside --init"))
    #expect(try Invocation(binary: train + ["--momentum", "0.5"]).isRefusal(64, "--momentum"))
  }

  @Test func aFileThatIsNoModelIsRefused() throws {
    let file = data.folder.file("model.h5")
    try Data("no model at all".utf8).write(to: URL(fileURLWithPath: file))
    #expect(try run("evaluate", file, "--data", data.set).isRefusal(65, file))
    #expect(try run("evaluate", data.folder.file("missing.h5"), "--data", data.set).isRefusal(66))
    #expect(try run("export", file, "-o", data.folder.file("other.h5")).isRefusal(65))
  }
}
