import Foundation

/// A folder of a test's own, removed with everything in it when its owner goes.
package final class TemporaryFolder {
  package let path: String

  /// - Parameter inMemory: for tests that sync thousands of files: on a disk they would wait for it.
  package init(inMemory: Bool = false) throws {
    let memory = "/dev/shm"
    let isMemory = inMemory && FileManager.default.isWritableFile(atPath: memory)
    let parent = isMemory ? URL(fileURLWithPath: memory) : FileManager.default.temporaryDirectory
    path = parent.appendingPathComponent("ptrain-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  package func file(_ name: String) -> String { "\(path)/\(name)" }

  /// What lies in the folder, hidden files too, sorted.
  package var names: [String] { Self.names(in: path) }

  /// What lies in the folder at `path`, hidden files too, sorted; nothing if it can't be read.
  package static func names(in path: String) -> [String] {
    ((try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []).sorted()
  }

  /// Writes an IDX file of unsigned bytes.
  package func writeIDX(_ name: String, _ dimensions: [Int], _ bytes: [UInt8]) throws {
    var header: [UInt8] = [0, 0, 8, UInt8(dimensions.count)]
    for dimension in dimensions { header += [0, 0, UInt8(dimension >> 8), UInt8(dimension & 255)] }
    try Data(header + bytes).write(to: URL(fileURLWithPath: file(name)))
  }
}

/// The error that `body` ends in, if any.
package func failure<E: Error>(_ body: () throws(E) -> Void) -> E? {
  do throws(E) {
    try body()
    return nil
  } catch {
    return error
  }
}
