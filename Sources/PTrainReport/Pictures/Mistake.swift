import PTrainTraining

/// A sample whose most probable class is not its label.
package struct Mistake: Equatable, Sendable {
  /// The sample's number.
  package let index: Int
  package let label: Int
  package let predicted: Int
  /// Of the class that was predicted.
  package let probability: Float

  package init(index: Int, label: Int, predicted: Int, probability: Float) {
    self.index = index
    self.label = label
    self.predicted = predicted
    self.probability = probability
  }

  /// All mistakes in `predictions`, the most confident ones first, equals by number.
  package static func all(in predictions: Predictions, labels: [Int32]) -> [Mistake] {
    let mistakes = labels.enumerated().compactMap { index, label -> Mistake? in
      let predicted = predictions.predictedClass(of: index)
      guard predicted != Int(label) else { return nil }
      let row = predictions[index]
      return Mistake(
        index: index, label: Int(label), predicted: predicted, probability: row[row.startIndex + predicted])
    }
    return mistakes.sorted { ($1.probability, $0.index) < ($0.probability, $1.index) }
  }
}
