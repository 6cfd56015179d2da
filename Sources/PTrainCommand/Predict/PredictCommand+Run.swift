import PTrain
import PTrainReport

extension PredictCommand {
  package func run() throws {
    let model = try TrainedModel(contentsOf: self.model)
    if let picture { return try predict(picture, with: model) }
    if let input, let output { return try predictAll(input, with: model, to: output) }
    let dataset = try DataSetFolder.open(sample.data)
    let chosen = try ChosenSample(sample, in: dataset)
    let outputs = try model.predict(chosen.pixels, of: dataset)
    let predicted = Self.best(outputs)
    StandardStream.output.write(
      json
        ? RunEvents.prediction(
          index: sample.index, predicted: predicted, label: chosen.label, probabilities: outputs) + "\n"
        : text(chosen, outputs: outputs, name: dataset.description.className))
  }

  /// The first of equals, as in the accuracy.
  static func best(_ outputs: [Float]) -> Int { outputs.indices.reduce(0) { outputs[$1] > outputs[$0] ? $1 : $0 } }

  private func text(_ chosen: ChosenSample, outputs: [Float], name: (Int) -> String) -> String {
    let terminal = TerminalCapabilities(descriptor: StandardStream.output.rawValue)
    let predicted = Self.best(outputs)
    let verdict = predicted == chosen.label ? "its label too" : "its label is \(name(chosen.label))"
    return ProbabilityBars.text(outputs, names: outputs.indices.map(name), terminal: terminal)
      + "\(sample.partition) sample \(sample.index): class \(name(predicted)), \(verdict)\n"
  }

  private func predict(_ path: String, with model: TrainedModel) throws {
    let input = try PictureInput(model, data: sample.data, asIs: asIs)
    let picture = try input.sample(path)
    let predictions = try model.predictions(for: picture.pixels, normalisation: input.normalisation, threads: 1)
    let outputs = Array(predictions[0])
    let predicted = predictions.predictedClass(of: 0)
    guard !json else {
      let name = input.description?.classNames.map { _ in input.name(predicted) }
      return StandardStream.output.write(
        RunEvents.prediction(file: path, predicted: predicted, name: name, probabilities: outputs) + "\n")
    }
    let terminal = TerminalCapabilities(descriptor: StandardStream.output.rawValue)
    if terminal.redraws {
      // What the model gets, so that a treatment that went wrong is seen.
      let image = try TerminalImage(pixels: picture.pixels, shape: input.shape)
      StandardStream.output.write(image.text(terminal: terminal))
    }
    StandardStream.output.write(
      ProbabilityBars.text(outputs, names: outputs.indices.map(input.name), terminal: terminal)
        + "\(path): class \(input.name(predicted))\n")
  }
}
