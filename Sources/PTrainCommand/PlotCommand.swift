import ArgumentParser

/// `ptrain plot`.
package struct PlotCommand: ParsableCommand {
  package static let configuration = CommandConfiguration(
    commandName: "plot",
    abstract: "Draws loss and accuracy of one run, or of several side by side.",
    discussion: """
      Example: ptrain plot runs/1 runs/2 --output comparison.png

      Solid lines are training, dashed ones validation; a dotted line marks the epoch with the lowest validation \
      loss. gnuplot draws the pictures; on a terminal a small chart of characters is shown too. 'train' and \
      'resume' draw their run's curves when they end.
      """)

  @Argument(help: "Runs' folders, up to 8.")
  package var runs: [String]

  @Option(
    name: [.customShort("o"), .long], parsing: .unconditionalSingleValue,
    help: .value(
      "file", "The picture, .png or .svg; may be repeated.",
      default: "curves.png and curves.svg, in the run's folder if there is one run, else here"))
  package var output: [String] = []

  package init() {}
}
