/// Predictions as comma-separated values after RFC 4180, with a header line.
package struct PredictionTable: Sendable {
  package private(set) var bytes: [UInt8] = []
  package private(set) var count = 0
  /// Samples whose label is known.
  package private(set) var labelledCount = 0
  package private(set) var rightCount = 0
  private let classNames: [String]

  /// - Parameters:
  ///   - key: what names a sample: `index`, `file`.
  ///   - classNames: in the order of the outputs; numbers where classes have no names.
  package init(key: String, classNames: [String]) {
    self.classNames = classNames
    append([key, "label", "class"] + classNames.map { "p_\($0)" })
  }

  /// Adds a sample: its label (empty if `nil`), the class with the largest output, and all outputs, each as the
  /// shortest decimal that reads back as the same `Float`.
  package mutating func add(key: String, label: String?, _ outputs: ArraySlice<Float>, isRight: Bool?) {
    let best = outputs.indices.reduce(outputs.startIndex) { outputs[$1] > outputs[$0] ? $1 : $0 }
    append([key, label ?? "", classNames[best - outputs.startIndex]] + outputs.map { "\($0)" })
    count += 1
    guard let isRight else { return }
    labelledCount += 1
    rightCount += isRight ? 1 : 0
  }

  private mutating func append(_ fields: [String]) {
    for (index, field) in fields.enumerated() {
      if index > 0 { bytes.append(UInt8(ascii: ",")) }
      bytes += Self.quoted(field).utf8
    }
    bytes.append(UInt8(ascii: "\n"))
  }

  private static func quoted(_ field: String) -> String {
    let needsQuotes = field.utf8.contains { [0x22, 0x2C, 0x0A, 0x0D].contains($0) }
    return needsQuotes ? "\"\(field.replacing("\"", with: "\"\""))\"" : field
  }

  /// Of the samples with labels; `nil` if there are none.
  package var accuracy: Double? { labelledCount > 0 ? Double(rightCount) / Double(labelledCount) : nil }

  /// What was written, on a line.
  package func summary(file: String) -> String {
    let accuracy = accuracy.map { ", accuracy \(NumberText.percent($0))" } ?? ""
    let of = labelledCount < count && labelledCount > 0 ? " of \(NumberText.grouped(labelledCount)) with labels" : ""
    return "\(NumberText.grouped(count)) predictions in \(file)\(accuracy)\(of)\n"
  }
}
