import PTrainCore
import PTrainData
import PTrainNetwork

/// What a model makes of one sample of a data set.
package struct SamplePrediction: Equatable, Sendable {
  /// The sample's number, from 0 on.
  package let index: Int
  package let label: Int
  /// The first of the largest outputs, as in the accuracy.
  package let predicted: Int
  /// That output: a probability, if the model ends in softmax.
  package let output: Float

  package init(index: Int, label: Int, predicted: Int, output: Float) {
    self.index = index
    self.label = label
    self.predicted = predicted
    self.output = output
  }

  package var isWrong: Bool { predicted != label }
}

extension TrainedModel {
  /// What the model makes of each test sample of `dataset`, in their order; empty if it has none.
  package func testPredictions(on dataset: Dataset) throws(TrainingError) -> [SamplePrediction] {
    try network.check(fits: dataset)
    guard let test = dataset.test, test.count > 0 else { return [] }
    let lanes = try EvaluationLanes(network: network, splits: [test], laneCount: 1)
    let source = StreamedFrames(test)
    let conversion = RowConversion(dataset.description)
    var predictions: [SamplePrediction] = []
    predictions.reserveCapacity(test.count)
    for frame in test.frames.indices {
      let bytes = try rethrowing { () throws(DatasetError) in try source.rows(of: frame, by: lanes.readers[0]) }
      let (samples, workspace) = (test.frames[frame].samples, lanes.workspaces[0])
      for row in 0..<samples.count {
        conversion.convert(bytes + row * test.sampleBytes, into: workspace.input.base + row * workspace.input.columns)
      }
      network.forward(
        parameters: UnsafePointer(parameters.base), workspace: workspace, rows: 0..<samples.count, mode: .inference)
      let outputs = network.output(workspace)
      for (row, sample) in samples.enumerated() {
        let values = UnsafeBufferPointer(start: outputs.base + row * outputs.columns, count: outputs.columns)
        let best = values.indices.reduce(0) { values[$1] > values[$0] ? $1 : $0 }
        predictions.append(
          SamplePrediction(index: sample, label: Int(test.labels[sample]), predicted: best, output: values[best]))
      }
    }
    return predictions
  }
}
