import PTrain
import PTrainReport

extension EvaluateCommand {
  package func run() throws {
    let model = try TrainedModel(contentsOf: self.model)
    let dataset = try DataSetFolder.open(data)
    let evaluation = try model.evaluate(on: dataset, threads: threads)
    StandardStream.output.write(
      json
        ? RunEvents.test(evaluation) + "\n"
        : "test  \(RunReport.evaluation(evaluation, sampleCount: dataset.test?.count ?? 0))\n")
  }
}
