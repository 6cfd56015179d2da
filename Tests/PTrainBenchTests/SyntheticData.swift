import Glibc
import PTrainBench
import PTrainCore
import PTrainData
import PTrainNetwork

/// 600 training samples of 4 × 4 bytes in 4 classes that are easy to tell apart, packed in a folder that goes away.
final class SyntheticData {
  let dataset: Dataset
  private let folder: String

  init() throws {
    var template = Array("/tmp/ptrain-bench-XXXXXX".utf8CString)
    folder = mkdtemp(&template).map { String(cString: $0) } ?? "/tmp/ptrain-bench"
    var options = DatasetPacker.Options()
    options.samplesPerShard = 100
    options.rowsPerFrame = 20
    let (images, labels) = (folder + "/images", folder + "/labels")
    let random = CounterRandom(seed: 1, stream: .packing)
    let pixels = (0..<(600 * 16)).map { index -> UInt8 in
      UInt8(random.integer(index, below: 60)) + (index % 4 == (index / 16) % 4 ? 180 : 0)
    }
    try Self.save([0, 0, 8, 3, 0, 0, 2, 88, 0, 0, 0, 4, 0, 0, 0, 4] + pixels, to: images)
    try Self.save([0, 0, 8, 1, 0, 0, 2, 88] + (0..<600).map { UInt8($0 % 4) }, to: labels)
    try DatasetPacker.pack(
      train: .init(images: images, labels: labels), test: nil, out: folder + "/data", options: options)
    dataset = try Dataset.open(folder + "/data")
  }

  deinit {
    for part in ["/data", ""] { Self.remove(folder + part) }
  }

  /// A job that learns these samples within an epoch, or one that must learn more than can be.
  static func job(floor: Double) -> BenchJob {
    BenchJob(
      name: "tiny", hiddenWidths: [8], optimizer: .adam(learningRate: 0.02), batchSize: 20, validationSplit: 0,
      accuracyFloors: [floor])
  }

  private static func save(_ bytes: [UInt8], to path: String) throws {
    let file = fopen(path, "w")
    defer { fclose(file) }
    fwrite(bytes, 1, bytes.count, file)
  }

  /// Removes a folder that holds files only.
  private static func remove(_ path: String) {
    guard let folder = opendir(path) else { return }
    while let entry = readdir(folder) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      unlink(path + "/" + name)
    }
    closedir(folder)
    rmdir(path)
  }
}
