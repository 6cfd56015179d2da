import PTrain
import PTrainCore
import PTrainData
import PTrainImages
import PTrainReport
import PTrainStorage
import PTrainTraining

extension ShowCommand {
  package func run() throws {
    if let wrong { return try showWrong(wrong) }
    if let weights { return try showWeights(weights) }
    if let confusion { return try showConfusion(confusion) }
    let sample = try ChosenSample(sample, in: DataSetFolder.open(sample.data))
    let image = try TerminalImage(pixels: sample.pixels, shape: sample.shape)
    let terminal = TerminalCapabilities(descriptor: StandardStream.output.rawValue)
    StandardStream.output.write(image.text(terminal: terminal) + "label \(sample.label)\n")
  }

  private func showConfusion(_ path: String) throws {
    let dataset = try DataSetFolder.open(sample.data)
    let predictions = try TrainedModel(contentsOf: path).testPredictions(on: dataset, threads: threads)
    let matrix = try ConfusionMatrix(
      predictions, labels: dataset.test?.labels ?? [], name: dataset.description.className)
    let picture = ConfusionPicture(matrix, title: "\(path) on \(dataset.description.name), test samples").image
    let file = try save(picture, of: path, as: "confusion.png")
    StandardStream.output.write(
      json ? RunEvents.confusion(matrix) + "\n" : ConfusionTable.text(matrix) + "picture  \(file)\n")
  }

  private func showWrong(_ path: String) throws {
    let dataset = try DataSetFolder.open(sample.data)
    let predictions = try TrainedModel(contentsOf: path).testPredictions(on: dataset, threads: threads)
    let all = Mistake.all(in: predictions, labels: dataset.test?.labels ?? [])
    let drawn = Array(all.prefix(count))
    let share = NumberText.percent(Double(all.count) / Double(max(1, predictions.count)))
    let some = drawn.count < all.count ? ", the \(drawn.count) most confident" : ""
    let title =
      "\(path): \(all.count.groupedDigits) of \(predictions.count.groupedDigits) test samples wrong (\(share))\(some)"
    let sheet = MistakeSheet(
      title: title, tiles: try tiles(drawn, in: dataset), name: dataset.description.className)
    let file = try save(sheet.image, of: path, as: "wrong.png")
    StandardStream.output.write(
      json ? drawn.map { RunEvents.mistake($0) + "\n" }.joined() : "\(title)\npicture  \(file)\n")
  }

  /// The mistakes with their pictures. Samples of one frame are decoded together.
  private func tiles(
    _ mistakes: [Mistake], in dataset: Dataset
  ) throws -> [(mistake: Mistake, picture: PixelImage)] {
    guard let test = dataset.test else { return [] }
    let images = try test.images(ofSamples: mistakes.map(\.index))
    return try zip(mistakes, images).map { mistake, bytes in
      (mistake, try SampleImage.picture(bytes, shape: test.sampleShape))
    }
  }

  private func showWeights(_ path: String) throws {
    let model = try TrainedModel(contentsOf: path)
    let layer = model.firstLayerWeights
    let some = layer.units > WeightSheet.mostUnits ? "\(WeightSheet.mostUnits) of " : ""
    let sheet = try WeightSheet(
      title: "\(path): weights of the first layer, \(some)\(layer.units) units", units: layer.units,
      weights: layer.weights, inputShape: Shape(model.model.inputShape))
    StandardStream.output.write("picture  \(try save(sheet.image, of: path, as: "weights.png"))\n")
  }

  /// Writes a picture where it was asked for, or under `name` beside the model.
  private func save(_ picture: PixelImage, of model: String, as name: String) throws -> String {
    let path = output ?? "\(RunFolder(of: model).path)/\(name)"
    try DurableFile.replace(path, with: PNG.encode(picture))
    return path
  }
}
