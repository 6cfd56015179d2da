import ArgumentParser

/// `ptrain summary`.
package struct SummaryCommand: ParsableCommand {
  package static let configuration = CommandConfiguration(
    commandName: "summary",
    abstract: "Lists a trained model's layers with their output shapes and parameters.",
    discussion: "Example: ptrain summary runs/1")

  @Argument(help: "A checkpoint, a .h5, .keras, .npz or .safetensors file, or a run's folder.")
  package var model: String

  package init() {}
}

/// `ptrain inspect`.
package struct InspectCommand: ParsableCommand {
  package static let configuration = CommandConfiguration(
    commandName: "inspect",
    abstract: "Verifies a checkpoint and says what is inside.",
    discussion: "Example: ptrain inspect runs/1/ckpt.zst")

  @Argument(help: "A checkpoint, or a run's folder, which stands for its newest checkpoint.")
  package var checkpoint: String

  package init() {}
}
