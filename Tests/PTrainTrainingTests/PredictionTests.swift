import PTrainData
import PTrainNetwork
import PTrainTraining
import Testing

/// Predictions of many samples against those of each by itself.
@Suite struct PredictionTests {
  private let tiny: TinyDataset
  private let model: TrainedModel

  init() throws {
    // Batches of 256 in memory, frames of 4 and shards of 16 on the disk, none of which divides 600 - 1.
    tiny = try TinyDataset(count: 599)
    let job = Job(dataset: tiny.dataset, model: tinyModel())
    model = try Trainer(job, on: tiny.dataset, execution: execution(lanes: 1)).trainedModel()
  }

  /// Sums over 12 numbers of a batch may run in another order than a single sample's: some units of the last of 24
  /// bits.
  private static let tolerance: Float = 1e-6

  private func check(_ predictions: Predictions, first: Int) throws {
    let split = tiny.dataset.train
    let images = try split.images(ofSamples: Array(first..<(first + predictions.count)))
    for (sample, image) in images.enumerated() {
      let expected = try model.predict(image, of: tiny.dataset)
      let isClose = zip(predictions[sample], expected).allSatisfy { abs($0 - $1) <= Self.tolerance }
      #expect(isClose, "sample \(first + sample)")
    }
  }

  @Test(arguments: [1, 2, 8])
  func everySampleOfEveryFrameHasItsOwnOutputs(threads: Int) throws {
    let split = tiny.dataset.train
    let all = try model.predictions(
      for: split, frames: 0..<split.frames.count, of: tiny.dataset, threads: threads)
    #expect(all.count == 599 && all.classCount == 3)
    try check(all, first: 0)
    let some = try model.predictions(for: split, frames: 7..<11, of: tiny.dataset, threads: threads)
    #expect(some.count == 16)
    try check(some, first: split.frames[7].samples.lowerBound)
  }

  @Test func samplesInMemoryGiveTheOutputsOfPackedOnes() throws {
    let bytes = try tiny.dataset.train.images(ofSamples: Array(0..<599)).flatMap { $0 }
    let predictions = try model.predictions(for: bytes, normalisation: .unit, threads: 2)
    #expect(predictions.count == 599)
    try check(predictions, first: 0)
    #expect(throws: TrainingError.self) {
      try model.predictions(for: Array(bytes.dropLast()), normalisation: .unit, threads: 1)
    }
  }

  @Test func theFirstOfEqualOutputsIsPredicted() {
    let predictions = Predictions(outputs: [0.5, 0.5, 0, 0.1, 0.4, 0.4], classCount: 3)
    #expect(predictions.predictedClass(of: 0) == 0 && predictions.predictedClass(of: 1) == 1)
  }
}
