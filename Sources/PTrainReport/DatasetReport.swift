import PTrainCore
import PTrainData

/// A data set as text.
package enum DatasetReport {
  /// What `dataset.json` says; each line ends in a newline.
  package static func text(_ description: DatasetDescription, root: Digest) -> String {
    let parts = [description.train] + (description.test.map { [$0] } ?? [])
    let samples = parts.reduce(0) { $0 + $1.count }
    let packedBytes = parts.reduce(0) { $0 + $1.shards.reduce(0) { $0 + $1.bytes } }
    let test = description.test.map { "\(NumberText.grouped($0.count)) test" } ?? "no test samples"
    return lines([
      ("name", description.name),
      ("samples", "\(NumberText.grouped(description.train.count)) training, \(test)"),
      ("shape", "\(description.sampleShape)"),
      ("classes", NumberText.grouped(description.classCount) + names(description)),
      ("values", "byte × \(description.normalisation.scale) + \(description.normalisation.offset)"),
      (
        "shards",
        "\(parts.map { "\($0.shards.count)" }.joined(separator: " + ")), frames of \(description.rowsPerFrame) samples"
      ),
      ("packed", size(packedBytes, of: samples * description.sampleBytes)),
      ("root", "sha256 \(root)"),
    ])
  }

  /// The names of the first classes, if they have some.
  private static func names(_ description: DatasetDescription) -> String {
    guard let names = description.classNames else { return "" }
    return ": \(names.prefix(10).joined(separator: ", "))\(names.count > 10 ? ", …" : "")"
  }

  /// What a data set that was read whole came to; each line ends in a newline.
  package static func text(_ report: DatasetVerifier.Report) -> String {
    var rows = [
      ("intact", "\(NumberText.grouped(report.shardCount)) shards, \(NumberText.grouped(report.frameCount)) frames"),
      ("packed", size(report.packedBytes, of: report.unpackedBytes)),
      ("training", classes(report.trainClassCounts)),
    ]
    if let counts = report.testClassCounts { rows.append(("test", classes(counts))) }
    return lines(rows + [("root", "sha256 \(report.root)")])
  }

  /// The samples of each class, or their range if there are many classes.
  private static func classes(_ counts: [Int]) -> String {
    guard counts.count <= 20 else {
      let range = "\(NumberText.grouped(counts.min() ?? 0)) to \(NumberText.grouped(counts.max() ?? 0))"
      return "\(range) samples in each of \(NumberText.grouped(counts.count)) classes"
    }
    return counts.enumerated().map { "\($0): \(NumberText.grouped($1))" }.joined(separator: "  ")
  }

  private static func size(_ packed: Int, of unpacked: Int) -> String {
    let ratio = packed > 0 ? NumberText.fixed(Double(unpacked) / Double(packed), 2) : "?"
    return "\(NumberText.short(Double(packed)))B of \(NumberText.short(Double(unpacked)))B, \(ratio)×"
  }

  private static func lines(_ rows: [(name: String, value: String)]) -> String {
    rows.map { "\($0.name)\(String(repeating: " ", count: max(2, 12 - $0.name.count)))\($0.value)\n" }.joined()
  }
}
