import Glibc
import Synchronization

/// Names of files that are not finished: `.NAME.PROCESS-NUMBER.tmp`, in the folder of what they are to become.
enum TemporaryName {
  private static let counter = Atomic<UInt64>(0)

  /// A name that no other thread of this process gets; a killed one may have had it.
  static func next(besides target: String) throws(StorageError) -> String {
    guard let name = target.split(separator: "/").last, !target.utf8.contains(0), !target.hasSuffix("/") else {
      throw .cannotCreate(file: target, reason: "not a file's name")
    }
    // Relaxed: the number only has to differ from those of other threads.
    let number = counter.wrappingAdd(1, ordering: .relaxed).newValue
    return "\(DurableFile.folder(of: target))/.\(name).\(getpid())-\(number).tmp"
  }

  static func isOne(_ name: String) -> Bool {
    let parts = name.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count >= 4, parts[0].isEmpty, !parts[1].isEmpty, parts.last == "tmp" else { return false }
    let numbers = parts[parts.count - 2].split(separator: "-", omittingEmptySubsequences: false)
    return numbers.count == 2 && numbers.allSatisfy { UInt64($0) != nil }
  }

  /// Has `make` make something under such a name: another one if something bears it.
  ///
  /// - Throws: ``StorageError/cannotCreate(file:reason:)``.
  static func making<Value>(
    besides target: String, _ make: (String) throws(SystemError) -> Value
  ) throws(StorageError) -> (name: String, value: Value) {
    while true {
      let name = try next(besides: target)
      do throws(SystemError) {
        return (name, try Interruption.retrying { () throws(SystemError) in try make(name) })
      } catch {
        // Left by a killed process that had the same number.
        guard error.number == EEXIST else { throw .cannotCreate(file: target, reason: error.reason) }
      }
    }
  }

  /// A second name of the file at `existing`; `nil` if the file system gives a file one name only.
  static func linked(
    to existing: String, besides target: String, on files: any FileSystem
  ) throws(StorageError) -> String? {
    let linked = try making(besides: target) { name throws(SystemError) -> Bool in
      do throws(SystemError) {
        try files.link(existing, as: name)
        return true
      } catch {
        guard [EPERM, EOPNOTSUPP, EMLINK].contains(error.number) else { throw error }
        return false
      }
    }
    return linked.value ? linked.name : nil
  }
}

/// A file under a name of its own, in the folder of the one it is to become.
struct TemporaryFile {
  private let target: String
  private let path: String
  private let descriptor: Int32
  private let files: any FileSystem

  init(besides target: String, on files: any FileSystem) throws(StorageError) {
    self.target = target
    self.files = files
    (path, descriptor) = try TemporaryName.making(besides: target) { name throws(SystemError) in
      try files.create(name)
    }
  }

  func write(_ piece: UnsafeRawBufferPointer) throws(StorageError) {
    try files.writeAll(piece, to: descriptor, of: target)
  }

  func synchronise() throws(StorageError) { try files.synchronise(descriptor, of: target) }

  /// Puts the file in its place.
  func rename() throws(StorageError) {
    do {
      try Interruption.retrying { () throws(SystemError) in try files.rename(path, to: target) }
    } catch {
      throw .cannotCreate(file: target, reason: error.reason)
    }
    files.close(descriptor)
  }

  /// What can't be removed is swept by the next run in the folder.
  func remove() {
    files.close(descriptor)
    try? files.remove(path)
  }
}
