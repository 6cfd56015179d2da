import PTrainStorage
import Synchronization

/// A change of the disk, as ``RecordingFileSystem`` takes it down. Files are numbers; names are paths.
package enum DiskChange: Equatable, Sendable {
  case create(name: String, file: Int)
  case write(file: Int, bytes: [UInt8])
  case synchronise(file: Int)
  case rename(String, to: String)
  case link(String, as: String)
  case remove(String)
  case makeFolder(String)
  case synchroniseFolder(String)
  /// Nothing on the disk: from here on the caller holds that `name` is stored with these bytes.
  case promise(name: String, bytes: [UInt8])
}

/// The machine's file system, with a record of all that is done to it.
package final class RecordingFileSystem: FileSystem {
  private struct Record {
    var changes: [DiskChange] = []
    var files: [Int32: Int] = [:]
    var fileCount = 0
  }

  private let local = LocalFileSystem()
  private let record = Mutex(Record())

  package init() {}

  package var changes: [DiskChange] { record.withLock { $0.changes } }

  package func promise(_ name: String, _ bytes: [UInt8]) { add(.promise(name: name, bytes: bytes)) }

  private func add(_ change: DiskChange) { record.withLock { $0.changes.append(change) } }

  package func create(_ path: String) throws(SystemError) -> Int32 {
    let descriptor = try local.create(path)
    record.withLock { record in
      record.fileCount += 1
      record.files[descriptor] = record.fileCount
      record.changes.append(.create(name: path, file: record.fileCount))
    }
    return descriptor
  }

  package func openToAppend(_ path: String) throws(SystemError) -> Int32 {
    return try local.openToAppend(path)
  }

  package func truncate(_ descriptor: Int32, to count: Int) throws(SystemError) {
    try local.truncate(descriptor, to: count)
  }

  package func write(_ bytes: UnsafeRawBufferPointer, to descriptor: Int32) throws(SystemError) -> Int {
    let count = try local.write(bytes, to: descriptor)
    record.withLock { $0.changes.append(.write(file: $0.files[descriptor] ?? 0, bytes: Array(bytes[..<count]))) }
    return count
  }

  package func synchronise(_ descriptor: Int32) throws(SystemError) {
    try local.synchronise(descriptor)
    record.withLock { $0.changes.append(.synchronise(file: $0.files[descriptor] ?? 0)) }
  }

  package func close(_ descriptor: Int32) { local.close(descriptor) }

  package func rename(_ path: String, to target: String) throws(SystemError) {
    try local.rename(path, to: target)
    add(.rename(path, to: target))
  }

  package func link(_ path: String, as target: String) throws(SystemError) {
    try local.link(path, as: target)
    add(.link(path, as: target))
  }

  package func remove(_ path: String) throws(SystemError) {
    try local.remove(path)
    add(.remove(path))
  }

  package func makeFolder(_ path: String) throws(SystemError) {
    try local.makeFolder(path)
    add(.makeFolder(path))
  }

  package func synchroniseFolder(_ path: String) throws(SystemError) {
    try local.synchroniseFolder(path)
    add(.synchroniseFolder(path))
  }
}
