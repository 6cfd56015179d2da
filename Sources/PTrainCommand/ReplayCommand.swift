import ArgumentParser

/// `ptrain replay`.
package struct ReplayCommand: ParsableCommand {
  package static let configuration = CommandConfiguration(
    commandName: "replay",
    abstract: "Computes a run again, or a step that diverged, and compares it bit for bit.",
    discussion: """
      Example: ptrain replay runs/1

      Of a checkpoint, the run is trained again from its job. Same bits end with code 0; other bits with code 5, the \
      first step that differs and what has changed in the environment. Of a run's diverged.zst, the step that was not \
      finite is repeated.
      """)

  @Argument(help: "A checkpoint, a run's folder, which stands for its newest checkpoint, or a run's diverged.zst.")
  package var checkpoint: String

  @Flag(help: "Begin at the epoch's checkpoint before, instead of at the start of the job.")
  package var lastEpoch = false

  @Option(
    name: .customLong("init"), parsing: .unconditional,
    help: .value("model", "The model that the run was started from, if it was begun with --init."))
  package var start: String?

  @Option(
    parsing: .unconditional,
    help: .value("count", "Workers; does not change the result.", default: "as many as the job's shards"),
    transform: Rules.threads.transform)
  package var threads: Int?

  @Option(
    parsing: .unconditional, help: .value("folder", "Where the data set is now.", default: "as before"))
  package var data: String?

  @Flag(help: "Print one JSON object a line on standard output, and nothing else there.")
  package var json = false

  package init() {}
}
