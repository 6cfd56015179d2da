import ArgumentParser
import Testing

@testable import PTrainCommand

@Suite struct HelpTests {
  static let options: [(command: [String], names: [String])] = [
    (
      ["train"],
      [
        "--threads", "--shards", "--epochs", "--batch-size", "--hidden", "--activation", "--optimizer",
        "--learning-rate", "--momentum", "--validation-split", "--seed", "--data", "--out", "--checkpoint-every",
        "--keep", "--init", "--save", "--reduction", "--memory-budget", "--shuffle-buffer", "--tensorboard",
        "--tensorboard-every", "--json", "--quiet", "--no-plot", "--version", "--help", "--on-checkpoint-error",
        "--stall-timeout",
      ]
    ),
    (
      ["resume"],
      [
        "<checkpoint>", "--epochs", "--threads", "--data", "--memory-budget", "--checkpoint-every", "--keep",
        "--tensorboard",
        "--tensorboard-every", "--json", "--quiet", "--on-checkpoint-error", "--stall-timeout",
      ]
    ),
    (["plot"], ["<runs>", "-o", "--output"]),
    (["evaluate"], ["<model>", "--data", "--threads", "--json"]),
    (
      ["predict"],
      [
        "<model>", "<picture>", "--index", "--partition", "--data", "--input", "--output", "--as-is", "--threads",
        "--json",
      ]
    ),
    (
      ["show"],
      ["--index", "--partition", "--data", "--wrong", "--weights", "--confusion", "--output", "--count", "--json"]
    ),
    (["summary"], ["<model>"]),
    (["export"], ["<model>", "-o, --output"]),
    (["report"], ["<run>", "--output", "--data", "--threads"]),
    (["inspect"], ["<checkpoint>"]),
    (["replay"], ["<checkpoint>", "--last-epoch", "--init", "--threads", "--data", "--json"]),
    (
      ["data", "pack"],
      [
        "--train-images", "--train-labels", "--test-images", "--test-labels", "--npz", "--test-npz", "--out", "--size",
        "--colour", "--test-split",
      ]
    ),
    (["data", "info"], ["<folder>"]),
    (["data", "verify"], ["<folder>"]),
    (["data", "csv-to-idx"], ["<file>", "--shape", "--images", "--labels"]),
  ]

  @Test(arguments: options)
  func helpNamesEveryOptionAndGivesAnExample(command: [String], names: [String]) {
    let call = Invocation(command + ["--help"])
    #expect(call.code == 0 && call.errorOutput.isEmpty)
    for name in names { #expect(call.output.contains(name), "\(name)") }
    #expect(call.output.contains("Example: ptrain \(command.joined(separator: " "))"))
  }

  @Test func rootHelpNamesEverySubcommandAndExitCode() {
    let call = Invocation("--help")
    #expect(call.code == 0)
    for name in [
      "train (default)", "resume", "evaluate", "predict", "show", "summary", "export", "data", "inspect", "replay",
    ] {
      #expect(call.output.contains("\n  \(name) "), "\(name)")
    }
    let text = call.output.replacing("\n", with: " ")
    for code in [
      "0 success", "3 ", "4 ", "5 ", "64 ", "65 ", "66 ", "69 ", "70 ", "73 ", "74 ", "75 ", "129, 130 and 143 ",
    ] {
      #expect(text.contains(code), "\(code)")
    }
  }

  @Test func helpShowsTheDefaultsThatParsingGives() throws {
    let text = TrainCommand.helpMessage(columns: 200)
    let command = try #require(try RootCommand.parseAsRoot([]) as? TrainCommand)
    let defaults: [(String, any CustomStringConvertible)] = [
      ("--threads", command.runOptions.threads), ("--epochs", command.runOptions.epochs),
      ("--keep", command.runOptions.keep), ("--hidden", command.model.hidden),
      ("--activation", command.model.activation), ("--optimizer", command.optimizer.optimizer),
      ("--momentum", command.optimizer.momentum), ("--batch-size", command.samples.batchSize),
      ("--validation-split", command.samples.validationSplit), ("--seed", command.samples.seed),
      ("--data", command.dataSet.data), ("--memory-budget", command.dataSet.memoryBudget),
    ]
    for (name, value) in defaults {
      let entry = try #require(text.split(separator: "\n  --").first { "--\($0)".hasPrefix("\(name) ") }, "\(name)")
      #expect(entry.contains("(default: \(value))"), "\(name)")
    }
  }

  /// The command and all below it.
  private static func tree(_ command: any ParsableCommand.Type) -> [any ParsableCommand.Type] {
    [command] + command.configuration.subcommands.flatMap(tree)
  }

  @Test func everyCommandHasAnExampleThatParses() throws {
    let commands = Self.tree(RootCommand.self)
    #expect(commands.count >= 15)
    for command in commands {
      let discussion = command.configuration.discussion
      let example = try #require(
        discussion.firstRange(of: "Example: ptrain").map { discussion[$0.upperBound...] }, "\(command)")
      let words = example.prefix { $0 != "\n" }.split(separator: " ").map(String.init)
      let parsed = try RootCommand.parseAsRoot(words)
      // That of a command with subcommands calls one of these.
      #expect(Self.tree(command).contains { $0 == type(of: parsed) }, "\(command): \(words)")
    }
  }

  @Test func versionIsOneLine() {
    let call = Invocation("--version")
    #expect(call.output == "ptrain \(ptrainVersion)\n" && call.code == 0)
  }
}
