import Foundation
import PTrain
import PTrainData

/// A data set of 60 samples of 2 × 3 bytes in 3 classes, in a folder that goes away with its owner.
final class SmallSamples {
  let dataset: Dataset
  private let folder: URL

  init() throws {
    folder = FileManager.default.temporaryDirectory.appendingPathComponent("ptrain-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let images = folder.appendingPathComponent("images")
    let labels = folder.appendingPathComponent("labels")
    let label = { (sample: Int) in UInt8(sample * 7 % 11 % 3) }
    let pixels = (0..<360).map { UInt8($0 * 37 % 100) + ($0 % 3 == Int(label($0 / 6)) ? 120 : 0) }
    try Data([0, 0, 8, 3, 0, 0, 0, 60, 0, 0, 0, 2, 0, 0, 0, 3] + pixels).write(to: images)
    try Data([0, 0, 8, 1, 0, 0, 0, 60] + (0..<60).map(label)).write(to: labels)
    let out = folder.appendingPathComponent("set").path
    try DatasetPacker.pack(train: .init(images: images.path, labels: labels.path), test: nil, out: out)
    dataset = try Dataset.open(out)
  }

  deinit { try? FileManager.default.removeItem(at: folder) }
}
