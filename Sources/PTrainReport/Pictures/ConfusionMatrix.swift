import PTrainCore
import PTrainTraining

/// How often samples of each class were taken for each class.
package struct ConfusionMatrix: Equatable, Sendable {
  /// The matrix is counted and shown whole.
  package static let mostClasses = 256

  package let classCount: Int
  /// `[labels, predicted classes]`
  package let counts: [[Int]]
  /// As many as classes.
  package let names: [String]

  /// - Parameters:
  ///   - labels: of the samples of `predictions`.
  ///   - name: what a class is called.
  package init(
    _ predictions: Predictions, labels: [Int32], name: (Int) -> String
  ) throws(PictureError) {
    let classCount = predictions.classCount
    guard classCount <= Self.mostClasses else { throw .tooManyClasses(classCount) }
    precondition(labels.count == predictions.count, "\(labels.count) labels for \(predictions.count) predictions")
    var counts = [[Int]](repeating: [Int](repeating: 0, count: classCount), count: classCount)
    for (sample, label) in labels.enumerated() { counts[Int(label)][predictions.predictedClass(of: sample)] += 1 }
    self.init(counts: counts, names: (0..<classCount).map(name))
  }

  package init(counts: [[Int]], names: [String]) {
    precondition(counts.count == names.count && counts.allSatisfy { $0.count == names.count }, "no square of names")
    self.counts = counts
    self.names = names
    classCount = names.count
  }

  package var sampleCount: Int { counts.reduce(0) { $0 + $1.reduce(0, +) } }

  /// Right predictions among all; `nil` without samples.
  package var accuracy: Double? {
    Self.share(counts.indices.reduce(0) { $0 + counts[$1][$1] }, of: sampleCount)
  }

  /// Of the samples of class `index`, the share that was found; `nil` without samples.
  package func recall(_ index: Int) -> Double? { Self.share(counts[index][index], of: counts[index].reduce(0, +)) }

  /// Of the predictions of class `index`, the share that was right; `nil` without predictions.
  package func precision(_ index: Int) -> Double? {
    Self.share(counts[index][index], of: counts.reduce(0) { $0 + $1[index] })
  }

  private static func share(_ part: Int, of whole: Int) -> Double? { whole > 0 ? Double(part) / Double(whole) : nil }
}

/// Why a picture can't be made.
package enum PictureError: DiagnosableError, Equatable {
  case tooManyClasses(Int)
  case notAnImage(Shape)

  package var diagnosis: Diagnosis {
    switch self {
    case .tooManyClasses(let count):
      Diagnosis(
        .usage, found: "\(count.groupedDigits) classes", expected: "at most \(ConfusionMatrix.mostClasses)",
        remedy: "'ptrain predict --input' writes all predictions to a file")
    case .notAnImage(let shape):
      Diagnosis(
        .usage, found: "samples of shape \(shape)",
        expected: "images: height × width, or height × width × 1, 3 or 4 channels",
        remedy: "'ptrain show --confusion' works for samples of any shape")
    }
  }
}
