import PTrainReport

extension ShowCommand {
  package func run() throws {
    let sample = try ChosenSample(sample, in: DataSetFolder.open(sample.data))
    let image = try TerminalImage(pixels: sample.pixels, shape: sample.shape)
    let terminal = TerminalCapabilities(descriptor: StandardStream.output.rawValue)
    StandardStream.output.write(image.text(terminal: terminal) + "label \(sample.label)\n")
  }
}
