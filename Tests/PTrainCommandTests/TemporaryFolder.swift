import Foundation

/// A folder that goes away with its owner.
final class TemporaryFolder {
  let path: String

  /// - Parameter inMemory: for tests that sync thousands of files: on a disk they would wait for it.
  init(inMemory: Bool = false) throws {
    let memory = "/dev/shm"
    let isMemory = inMemory && FileManager.default.isWritableFile(atPath: memory)
    let parent = isMemory ? URL(fileURLWithPath: memory) : FileManager.default.temporaryDirectory
    path = parent.appendingPathComponent("ptrain-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit {
    try? FileManager.default.removeItem(atPath: path)
  }

  func file(_ name: String) -> String { "\(path)/\(name)" }

  /// Writes an IDX file of unsigned bytes.
  func writeIDX(_ name: String, _ dimensions: [Int], _ bytes: [UInt8]) throws {
    var header: [UInt8] = [0, 0, 8, UInt8(dimensions.count)]
    for dimension in dimensions { header += [0, 0, UInt8(dimension >> 8), UInt8(dimension & 255)] }
    try Data(header + bytes).write(to: URL(fileURLWithPath: file(name)))
  }
}
