import PTrain
import PTrainReport

extension PredictCommand {
  package func run() throws {
    let model = try TrainedModel(contentsOf: self.model)
    let dataset = try DataSetFolder.open(sample.data)
    let chosen = try ChosenSample(sample, in: dataset)
    let outputs = try model.predict(chosen.pixels, of: dataset)
    // The first of equals, as in the accuracy.
    let predicted = outputs.indices.reduce(0) { outputs[$1] > outputs[$0] ? $1 : $0 }
    StandardStream.output.write(
      json
        ? RunEvents.prediction(
          index: sample.index, predicted: predicted, label: chosen.label, probabilities: outputs) + "\n"
        : text(chosen, predicted: predicted, outputs: outputs))
  }

  private func text(_ chosen: ChosenSample, predicted: Int, outputs: [Float]) -> String {
    let terminal = TerminalCapabilities(descriptor: StandardStream.output.rawValue)
    let verdict = predicted == chosen.label ? "its label too" : "its label is \(chosen.label)"
    return ProbabilityBars.text(outputs, terminal: terminal)
      + "\(sample.partition) sample \(sample.index): class \(predicted), \(verdict)\n"
  }
}
