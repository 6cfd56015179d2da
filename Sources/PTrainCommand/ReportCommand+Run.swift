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
    let predictions = try model.testPredictions(on: dataset)
    let test = predictions.isEmpty ? nil : dataset.test
    return ReportPage(
      run: runPath, checkpoint: checkpoint, epochs: history.epochs, dataset: dataset.description,
      datasetPath: datasetPath,
      test: try test.map { _ in try model.evaluate(on: dataset, threads: threads) },
      confusion: test.map { _ in ConfusionMatrix(predictions, classCount: dataset.description.classCount) },
      wrong: try test.map { test in
        try WrongSamples(of: predictions, shape: test.sampleShape) { try test.image(ofSample: $0) }
      })
  }
}
