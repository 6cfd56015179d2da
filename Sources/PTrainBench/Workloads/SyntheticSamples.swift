import Glibc
import PTrainCore
import PTrainData
import PTrainStorage

/// A data set in the shape of MNIST that needs no download, in a folder that goes away with its owner: 8,192 images
/// whose middle is noise about a bright spot, so that they compress as drawn digits do.
final class SyntheticSamples {
  let folder: TemporaryFolder
  let dataset: Dataset
  private static let count = 8192
  private static let side = 28

  init() throws {
    folder = try TemporaryFolder()
    let (images, labels) = (folder.path + "/images", folder.path + "/labels")
    let sides = [UInt8](arrayLiteral: 0, 0, 0, UInt8(Self.side))
    try DurableFile.replace(images, with: [0, 0, 8, 3] + Self.countBytes + sides + sides + Self.pixels)
    try DurableFile.replace(
      labels, with: [0, 0, 8, 1] + Self.countBytes + (0..<Self.count).map { UInt8($0 % 10) })
    let out = folder.path + "/data"
    try DatasetPacker.pack(train: .init(images: images, labels: labels), test: nil, out: out)
    dataset = try Dataset.open(out)
  }

  private static var countBytes: [UInt8] { [0, 0, UInt8(count >> 8), UInt8(count & 255)] }

  private static var pixels: [UInt8] {
    let random = CounterRandom(seed: 1, stream: .packing)
    return (0..<(count * side * side)).map { index in
      let (row, column) = (index / side % side, index % side)
      let spot = 8 + index / (side * side) % 10
      guard abs(row - spot) < 5, abs(column - 14) < 6 else { return 0 }
      return 128 + UInt8(random.integer(index, below: 128))
    }
  }
}

/// A folder of its own for a benchmark's files, removed with its owner.
final class TemporaryFolder {
  let path: String

  init() throws {
    var template = Array("/tmp/ptrain-bench-XXXXXX".utf8CString)
    guard let made = mkdtemp(&template) else {
      throw BenchError.other(
        Diagnosis(
          .cannotCreate, found: "no folder in /tmp (errno \(errno))", expected: "one for a benchmark's files",
          remedy: "make room there"))
    }
    path = String(cString: made)
  }

  deinit { Self.removeTree(path) }

  private static func removeTree(_ path: String) {
    guard let folder = opendir(path) else {
      unlink(path)
      return
    }
    while let entry = readdir(folder) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if name != ".", name != ".." { removeTree(path + "/" + name) }
    }
    closedir(folder)
    rmdir(path)
  }
}
