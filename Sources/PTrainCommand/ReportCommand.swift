import ArgumentParser

/// `ptrain report`.
package struct ReportCommand: ParsableCommand {
  package static let configuration = CommandConfiguration(
    commandName: "report",
    abstract: "Writes a page about a run: its job, curves, confusions, wrong samples and times.",
    discussion: """
      Example: ptrain report runs/1 -o report.html

      The page is one HTML file that needs no other file, no network and no script.
      """)

  @Argument(help: ArgumentHelp("A run's folder, or a checkpoint in it.", valueName: "run"))
  package var runPath: String

  @Option(
    name: .shortAndLong, parsing: .unconditional,
    help: .value("file", "The page, to be made or replaced.", default: "report.html in the run's folder"))
  package var output: String?

  @Option(
    parsing: .unconditional, help: .value("folder", "Where the data set is now.", default: "as the checkpoint says"))
  package var data: String?

  @Option(
    parsing: .unconditional,
    help: .value("count", "Workers of the evaluation.", default: ReferenceJob.threads),
    transform: Rules.threads.transform)
  package var threads = ReferenceJob.threads

  package init() {}
}
