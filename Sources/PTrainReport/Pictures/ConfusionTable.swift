/// A confusion matrix as text.
package enum ConfusionTable {
  /// More classes than this would not fit the lines of most terminals.
  private static let mostColumns = 20
  private static let mostMistakes = 20

  /// The matrix with recall and precision, or, for many classes, those two alone and the most frequent mistakes;
  /// each line ends in a newline.
  package static func text(_ matrix: ConfusionMatrix) -> String {
    let body = matrix.classCount <= mostColumns ? square(matrix) : list(matrix) + mistakes(matrix)
    let accuracy = matrix.accuracy.map { NumberText.percent($0) } ?? "-"
    return body + "accuracy \(accuracy) of \(NumberText.grouped(matrix.sampleCount)) samples\n"
  }

  private static func square(_ matrix: ConfusionMatrix) -> String {
    let names = matrix.names.map { String($0.prefix(16)) }
    let nameWidth = max(11, names.map(\.count).max() ?? 0)
    let numbers = matrix.counts.flatMap { $0.map(String.init) }
    let width = max(6, (numbers + names.map { String($0.prefix(8)) }).map(\.count).max() ?? 0) + 1
    let head = right("label", nameWidth) + names.map { right(String($0.prefix(8)), width) }.joined()
    let rows = matrix.counts.indices.map { label in
      right(names[label], nameWidth) + matrix.counts[label].map { right("\($0)", width) }.joined()
        + right(percent(matrix.recall(label)), 10)
    }
    let foot =
      right("precision %", nameWidth)
      + matrix.counts.indices.map { right(percent(matrix.precision($0)), width) }.joined()
    let predicted = String(repeating: " ", count: nameWidth + 1) + "predicted class"
    return ([predicted, head + right("recall %", 10)] + rows + [foot]).map { $0 + "\n" }.joined()
  }

  private static func list(_ matrix: ConfusionMatrix) -> String {
    let nameWidth = max(5, matrix.names.map { min(24, $0.count) }.max() ?? 0)
    let rows = matrix.names.enumerated().map { index, name in
      right(String(name.prefix(24)), nameWidth) + right("\(matrix.counts[index].reduce(0, +))", 10)
        + right(percent(matrix.recall(index)), 10) + right(percent(matrix.precision(index)), 13)
    }
    let head = right("label", nameWidth) + right("samples", 10) + right("recall %", 10) + right("precision %", 13)
    return ([head] + rows).map { $0 + "\n" }.joined()
  }

  private static func mistakes(_ matrix: ConfusionMatrix) -> String {
    let all = matrix.counts.enumerated().flatMap { label, row in
      row.enumerated().filter { $0.offset != label && $0.element > 0 }.map { (label, $0.offset, $0.element) }
    }.sorted { ($1.2, $0.0, $0.1) < ($0.2, $1.0, $1.1) }
    return all.prefix(mostMistakes).map { label, predicted, count in
      "\(matrix.names[label]) taken for \(matrix.names[predicted]): \(NumberText.grouped(count))\n"
    }.joined()
  }

  private static func percent(_ share: Double?) -> String { share.map { NumberText.fixed($0 * 100, 2) } ?? "-" }

  private static func right(_ text: String, _ width: Int) -> String {
    String(repeating: " ", count: max(0, width - text.count)) + text
  }
}
