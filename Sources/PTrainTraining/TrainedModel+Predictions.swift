import PTrainCore
import PTrainData
import PTrainNetwork
import PTrainParallel

extension TrainedModel {
  /// The outputs for the samples in `frames` of a split of `dataset`, with `threads` workers.
  package func predictions(
    for split: DatasetSplit, frames: Range<Int>, of dataset: Dataset, threads: Int
  ) throws(TrainingError) -> Predictions {
    try network.check(fits: dataset)
    let team = WorkerTeam(laneCount: ProcessorAffinity.laneCount(threads: threads))
    let source = try rethrowing { () throws(DatasetError) in
      try FrameSamples(
        split, frames: frames, conversion: RowConversion(dataset.description), laneCount: team.laneCount)
    }
    return try predict(source, team)
  }

  /// The outputs for all test samples of `dataset`, with `threads` workers.
  package func testPredictions(on dataset: Dataset, threads: Int) throws(TrainingError) -> Predictions {
    guard let test = dataset.test else { throw .noTestSamples(folder: dataset.folder) }
    return try predictions(for: test, frames: 0..<test.frames.count, of: dataset, threads: threads)
  }

  /// The outputs for samples in memory, each of the model's input shape.
  ///
  /// - Parameter normalisation: what a byte means.
  package func predictions(
    for bytes: [UInt8], normalisation: DatasetDescription.Normalisation, threads: Int
  ) throws(TrainingError) -> Predictions {
    guard bytes.count % network.inputCount == 0 else {
      throw .outOfRange("\(bytes.count) bytes", expected: "samples of \(network.inputCount)")
    }
    let conversion = RowConversion(normalisation, elementCount: network.inputCount)
    return try predict(
      ByteSamples(bytes, conversion: conversion),
      WorkerTeam(laneCount: ProcessorAffinity.laneCount(threads: threads)))
  }

  private func predict(_ source: any PredictionSource, _ team: WorkerTeam) throws(TrainingError) -> Predictions {
    try Predictor(
      network, parameters: UnsafePointer(parameters.base), source: source, laneCount: team.laneCount
    ).predict(team)
  }

  /// Outputs for a sample.
  package var classCount: Int { network.outputCount }

  /// The weights of the first layer that has any, `[units, inputs]`, `inputs` being a sample's numbers.
  package var firstLayerWeights: (units: Int, inputs: Int, weights: [Float]) {
    guard let first = network.denseStages.first else { return (0, network.inputCount, []) }
    let range = first.weightOffset..<(first.weightOffset + first.outputs * first.inputs)
    return (first.outputs, first.inputs, Array(parameters.slice(range)))
  }
}
