import ArgumentParser

/// `ptrain show`.
package struct ShowCommand: ParsableCommand {
  package static let configuration = CommandConfiguration(
    commandName: "show",
    abstract: "Draws a sample in the terminal, or pictures of what a trained model does.",
    discussion: """
      Example: ptrain show --index 20
      Example: ptrain show --wrong runs/1 --output wrong.png
      Example: ptrain show --confusion runs/1

      A model is a checkpoint, or a run's folder. Pictures are PNG files; without --output they lie in the run's \
      folder as wrong.png, weights.png and confusion.png.
      """)

  @OptionGroup package var sample: SampleChoice

  @Option(
    parsing: .unconditional,
    help: .value("model", "Draw the test samples that the model gets wrong, its most confident mistakes first."))
  package var wrong: String?

  @Option(
    parsing: .unconditional,
    help: .value("model", "Draw the first layer's weights, a picture for each of its units."))
  package var weights: String?

  @Option(
    parsing: .unconditional,
    help: .value("model", "Count which test samples are taken for which class: a table and a picture."))
  package var confusion: String?

  @Option(
    name: [.customShort("o"), .long], parsing: .unconditional, help: .value("file", "The picture to be made."))
  package var output: String?

  @Option(
    parsing: .unconditional, help: .value("count", "Mistakes that --wrong draws at most.", default: 100),
    transform: Rules.sheetCount.transform)
  package var count = 100

  @Option(
    parsing: .unconditional,
    help: .value(
      "count", "Workers; no more of them run at once than there are cores.", default: ReferenceJob.threads),
    transform: Rules.threads.transform)
  package var threads = ReferenceJob.threads

  @Flag(help: "With --wrong or --confusion: print JSON objects instead of text, one a line.")
  package var json = false

  package init() {}

  package mutating func validate() throws {
    let named = [("--wrong", wrong), ("--weights", weights), ("--confusion", confusion)].filter { $0.1 != nil }
    guard named.count <= 1 else { throw OptionConflict.onlyOneOf(named.map(\.0)) }
    guard output == nil || named.count == 1 else {
      throw OptionConflict.needs(option: "--output", other: "--wrong, --weights or --confusion")
    }
  }
}
