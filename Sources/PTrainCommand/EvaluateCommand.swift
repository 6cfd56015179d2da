import ArgumentParser

/// `ptrain evaluate`.
package struct EvaluateCommand: ParsableCommand {
  package static let configuration = CommandConfiguration(
    commandName: "evaluate",
    abstract: "Measures a trained model's loss and accuracy on all test samples.",
    discussion: "Example: ptrain evaluate runs/1 --json")

  @Argument(help: "A checkpoint, a .h5, .keras, .npz or .safetensors file, or a run's folder.")
  package var model: String

  @Option(
    parsing: .unconditional,
    help: .value(
      "count", "Workers; no more of them run at once than there are cores.", default: ReferenceJob.threads),
    transform: Rules.threads.transform)
  package var threads = ReferenceJob.threads

  @Option(
    parsing: .unconditional, help: .value("folder", "The data set: a folder that 'ptrain data pack' made."))
  package var data = ReferenceJob.data

  @Flag(help: "Print the result as one JSON object, and nothing else on standard output.")
  package var json = false

  package init() {}
}
