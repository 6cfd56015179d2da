/// A model's outputs for many samples.
package struct Predictions: Equatable, Sendable {
  /// `[count, classCount]`
  package let outputs: [Float]
  package let classCount: Int

  package init(outputs: [Float], classCount: Int) {
    precondition(classCount > 0 && outputs.count % classCount == 0, "\(outputs.count) outputs of \(classCount)")
    self.outputs = outputs
    self.classCount = classCount
  }

  package var count: Int { outputs.count / classCount }

  /// The outputs for one sample.
  package subscript(sample: Int) -> ArraySlice<Float> {
    outputs[(sample * classCount)..<((sample + 1) * classCount)]
  }

  /// The class with the largest output, the first of equals, as in the accuracy.
  package func predictedClass(of sample: Int) -> Int {
    let row = self[sample]
    return row.indices.reduce(row.startIndex) { row[$1] > row[$0] ? $1 : $0 } - row.startIndex
  }
}
