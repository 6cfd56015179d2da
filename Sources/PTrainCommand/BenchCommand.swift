import ArgumentParser
import PTrainBench
import PTrainTraining

/// `ptrain bench`.
package struct BenchCommand: ParsableCommand {
  package static let configuration = CommandConfiguration(
    commandName: "bench",
    abstract: "Times training on this machine.",
    discussion: """
      Example: ptrain bench --job reference,mid --threads 1,2 --rounds 5

      All configurations run in turns, in each of the rounds; each round begins with a probe of the machine's state. \
      Told are the minimum, median and spread over the rounds of the training part of an epoch, and what the machine's \
      matrix products reach in the same run. A run that did not learn ends the benchmark with exit code 70.

      Jobs: reference, 784-20-20-10, SGD, batches of 20 on 70 % of the samples; mid, 784-512-512-10, Adam, batches of \
      128 on all; large, 784-2048-2048-10, SGD, batches of 1024 on all.
      """)

  @Option(
    name: .customLong("job"), parsing: .unconditionalSingleValue,
    help: .value("names", "Jobs: reference, mid, large; may be repeated.", default: "reference"),
    transform: BenchRules.jobs.transform)
  package var jobs: [[BenchJob]] = []

  @Option(
    parsing: .unconditional,
    help: .value(
      "counts", "Workers.", default: "\(BenchDefaults.threads); with --scaling all from 1 to the number of cores"),
    transform: BenchRules.threads.transform)
  package var threads: IntegerList?

  @Option(
    parsing: .unconditional,
    help: .value("count", "Slices of a minibatch.", default: "as many as each of --threads"),
    transform: BenchRules.shards.transform)
  package var shards: Int?

  @Option(
    name: .customLong("reduction"), parsing: .unconditionalSingleValue,
    help: .value(
      "names", "How gradients are summed: \(BenchRules.reductionNames); may be repeated.", default: "each of them"),
    transform: BenchRules.reductions.transform)
  package var reductions: [[Reduction]] = []

  @Option(
    name: .customLong("mode"), parsing: .unconditionalSingleValue,
    help: .value(
      "names", "Where samples come from: cached, streaming; may be repeated.", default: "cached"),
    transform: BenchRules.modes.transform)
  package var modes: [[BenchMode]] = []

  @Option(
    parsing: .unconditional, help: .value("count", "Rounds.", default: BenchDefaults.rounds),
    transform: BenchRules.rounds.transform)
  package var rounds = BenchDefaults.rounds

  @Option(
    parsing: .unconditional,
    help: .value(
      "count", "Epochs of a run; the fastest counts, and of several not the first.", default: BenchDefaults.epochs),
    transform: BenchRules.epochs.transform)
  package var epochs = BenchDefaults.epochs

  @Option(
    parsing: .unconditional, help: .value("folder", "The data set; the jobs are meant for MNIST."))
  package var data = ReferenceJob.data

  @Flag(help: "Tell speed-up and efficiency too, beside a cost model's, and its prediction for 64 cores.")
  package var scaling = false

  @Option(
    parsing: .unconditional,
    help: .value(
      "rates", "Tell what the model predicts for 2 to 256 machines with links of so many Gbit/s, such as 10,100."),
    transform: BenchRules.network.transform)
  package var network: IntegerList?

  @Flag(help: "Print one JSON object a line on standard output, and nothing else there.")
  package var json = false

  package init() {}
}

/// What `ptrain bench` does if nothing else is said.
package enum BenchDefaults {
  package static let rounds = BenchPlan().rounds
  package static let epochs = BenchPlan().epochs
  package static let threads = IntegerList(BenchPlan().threads)
}

/// What the options of `ptrain bench` take.
package enum BenchRules {
  static let reductionNames = Reduction.allCases.map(\.rawValue).joined(separator: ", ")
  static let jobs = OptionRule<[BenchJob]>.names(
    "--job", of: BenchJob.all.map { ($0.name, $0) }, example: "reference,mid")
  static let reductions = OptionRule<[Reduction]>.names(
    "--reduction", of: Reduction.allCases.map { ($0.rawValue, $0) }, example: reductionNames.replacing(" ", with: ""))
  static let modes = OptionRule<[BenchMode]>.names(
    "--mode", of: BenchMode.allCases.map { ($0.rawValue, $0) }, example: "cached,streaming")
  static let threads = OptionRule.list("--threads", of: 1...1024, count: 1...64, example: "1,2,8")
  static let shards = OptionRule.count("--shards", in: 1...1024, example: "8")
  static let network = OptionRule.list("--network", of: 1...1000, count: 1...16, example: "10,100")
  static let rounds = OptionRule.count("--rounds", in: 1...1000, example: "5")
  static let epochs = OptionRule.count("--epochs", in: 1...1000, example: "2")
}

extension OptionRule {
  /// Some of `choices`, by name, with commas between.
  static func names<Choice: Sendable>(
    _ option: String, of choices: [(name: String, value: Choice)], example: String
  ) -> OptionRule<[Choice]> where Value == [Choice] {
    let names = choices.map(\.name).joined(separator: ", ")
    return OptionRule<[Choice]>(
      option: option, expected: "some of \(names), with commas between", example: example,
      parse: { text in
        let parts = text.split(separator: ",", omittingEmptySubsequences: false)
        let values = parts.compactMap { part in choices.first { $0.name == part }?.value }
        return values.count == parts.count ? values : nil
      })
  }
}
