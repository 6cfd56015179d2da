import ArgumentParser
import PTrain

/// `ptrain export`.
package struct ExportCommand: ParsableCommand {
  package static let configuration = CommandConfiguration(
    commandName: "export",
    abstract: "Writes a trained model in the format of another tool.",
    discussion: """
      Example: ptrain export runs/1 -o mnist_model.h5

      The file's ending names the format: .h5 or .keras, which Keras 2.15 and 3 open with \
      keras.models.load_model, compiled with the run's loss and optimizer; .safetensors or .npz, weights by name, which \
      keep the model's description too; .onnx, for inference with ONNX Runtime and others.
      """)

  @Argument(help: "A checkpoint, a .h5, .keras, .npz or .safetensors file, or a run's folder.")
  package var model: String

  @Option(
    name: [.short, .long], parsing: .unconditional,
    help: .value("file", "The file to write; one that is there is replaced."))
  package var output: String

  package init() {}

  package func run() throws { try TrainedModel(contentsOf: model).save(to: output) }
}
