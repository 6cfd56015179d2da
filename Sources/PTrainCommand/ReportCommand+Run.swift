import PTrainCore
import PTrainData
import PTrainReport
import PTrainStorage
import PTrainTraining

extension ReportCommand {
  package func run() throws {
    let checkpoint = try Checkpoint(path: RunFolder.checkpointPath(runPath))
    let folder = RunFolder(of: runPath)
    let path = data ?? checkpoint.datasetPath
    let dataset = try DataSetFolder.open(path)
    guard dataset.root == checkpoint.job.dataset else {
      throw TrainingError.otherDataset(expected: checkpoint.job.dataset, found: dataset.root)
    }
    let page = try page(checkpoint, folder: folder, dataset: dataset, datasetPath: path)
    let output = output ?? "\(folder.path)/report.html"
    try DurableFile.replace(output, with: Array(try page.text().utf8))
    StandardStream.output.write("report      \(output)\n")
  }

  private func page(
    _ checkpoint: Checkpoint, folder: RunFolder, dataset: Dataset, datasetPath: String
  ) throws -> ReportPage {
    let history = try HistoryFile(folder: folder, records: checkpoint.progress.records)
    let model = try TrainedModel(checkpoint)
    // Without test samples there is nothing to evaluate.
    guard let test = dataset.test, test.count > 0 else {
      return ReportPage(
        run: runPath, checkpoint: checkpoint, epochs: history.epochs, dataset: dataset.description,
        datasetPath: datasetPath, test: nil, confusion: nil, wrong: nil)
    }
    let description = dataset.description
    let predictions = try model.testPredictions(on: dataset, threads: threads)
    let isShown = predictions.classCount <= ConfusionMatrix.mostClasses
    return ReportPage(
      run: runPath, checkpoint: checkpoint, epochs: history.epochs, dataset: description, datasetPath: datasetPath,
      test: try model.evaluate(on: dataset, threads: threads),
      confusion: isShown
        ? try ConfusionMatrix(predictions, labels: test.labels, name: description.className) : nil,
      wrong: try WrongSamples(
        Mistake.all(in: predictions, labels: test.labels), shape: test.sampleShape, name: description.className
      ) { try test.images(ofSamples: $0) })
  }
}
