import Glibc

/// What ptrain asks of a file system when it writes: each method is one system call.
///
/// All writing goes through here (see ``DurableFile``), so that tests can have any call fail, and can record
/// the calls to see what a power failure after each of them would leave.
package protocol FileSystem: Sendable {
  /// Makes an empty file at `path`, where nothing may be yet, and opens it for writing.
  ///
  /// - Returns: its descriptor, for the methods below.
  func create(_ path: String) throws(SystemError) -> Int32

  /// Opens the file at `path` for writing at its end.
  ///
  /// - Returns: its descriptor, for the methods below.
  func openToAppend(_ path: String) throws(SystemError) -> Int32

  /// Cuts a file to its first `count` bytes.
  func truncate(_ descriptor: Int32, to count: Int) throws(SystemError)

  /// Appends some of `bytes`, at least one.
  ///
  /// - Returns: how many.
  func write(_ bytes: UnsafeRawBufferPointer, to descriptor: Int32) throws(SystemError) -> Int

  /// Makes what was written last through a power failure.
  func synchronise(_ descriptor: Int32) throws(SystemError)

  func close(_ descriptor: Int32)

  /// Gives the file at `path` the name `target` instead, replacing what bore it, all at once.
  func rename(_ path: String, to target: String) throws(SystemError)

  /// Gives the file at `path` the name `target` too, which nothing may bear yet.
  func link(_ path: String, as target: String) throws(SystemError)

  /// Removes a name, and with its last one the file.
  func remove(_ path: String) throws(SystemError)

  func makeFolder(_ path: String) throws(SystemError)

  /// Makes the names in the folder at `path` last through a power failure.
  func synchroniseFolder(_ path: String) throws(SystemError)
}

/// A system call that failed, by its `errno`.
package struct SystemError: Error, Equatable {
  package let number: Int32

  package init(_ number: Int32) { self.number = number }

  /// What `errno` says now.
  static var current: SystemError { SystemError(errno) }

  /// In words.
  package var reason: String { SystemCall.reason(number) }
}

/// The machine's own file system.
package struct LocalFileSystem: FileSystem {
  package init() {}

  package func create(_ path: String) throws(SystemError) -> Int32 {
    let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else { throw .current }
    return descriptor
  }

  package func openToAppend(_ path: String) throws(SystemError) -> Int32 {
    let descriptor = open(path, O_WRONLY | O_APPEND | O_CLOEXEC)
    guard descriptor >= 0 else { throw .current }
    return descriptor
  }

  package func truncate(_ descriptor: Int32, to count: Int) throws(SystemError) {
    guard ftruncate(descriptor, count) == 0 else { throw .current }
  }

  package func write(_ bytes: UnsafeRawBufferPointer, to descriptor: Int32) throws(SystemError) -> Int {
    let count = Glibc.write(descriptor, bytes.baseAddress, bytes.count)
    guard count != 0 else { throw SystemError(EIO) }
    guard count > 0 else { throw .current }
    return count
  }

  package func synchronise(_ descriptor: Int32) throws(SystemError) {
    guard fsync(descriptor) == 0 else { throw .current }
  }

  package func close(_ descriptor: Int32) { Glibc.close(descriptor) }

  package func rename(_ path: String, to target: String) throws(SystemError) {
    guard Glibc.rename(path, target) == 0 else { throw .current }
  }

  package func link(_ path: String, as target: String) throws(SystemError) {
    guard Glibc.link(path, target) == 0 else { throw .current }
  }

  package func remove(_ path: String) throws(SystemError) {
    guard unlink(path) == 0 else { throw .current }
  }

  package func makeFolder(_ path: String) throws(SystemError) {
    guard mkdir(path, 0o777) == 0 else { throw .current }
  }

  package func synchroniseFolder(_ path: String) throws(SystemError) {
    let descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { throw .current }
    defer { Glibc.close(descriptor) }
    // EINVAL: a file system whose folders can't be synced, where nothing more can be done.
    guard fsync(descriptor) == 0 || errno == EINVAL else { throw .current }
  }
}

extension FileSystem {
  /// Writes all of `piece` to an open file, whose `path` is told in errors.
  func writeAll(_ piece: UnsafeRawBufferPointer, to descriptor: Int32, of path: String) throws(StorageError) {
    var rest = piece
    while !rest.isEmpty {
      do {
        let written = try Interruption.retrying { () throws(SystemError) in try write(rest, to: descriptor) }
        rest = UnsafeRawBufferPointer(rebasing: rest[written...])
      } catch {
        throw .writeFailed(file: path, reason: error.reason)
      }
    }
  }

  /// Returns once all of an open file is on the disk; `path` is told in errors.
  func synchronise(_ descriptor: Int32, of path: String) throws(StorageError) {
    do {
      try Interruption.retrying { () throws(SystemError) in try synchronise(descriptor) }
    } catch {
      throw .writeFailed(file: path, reason: error.reason)
    }
  }
}

/// Calls that a signal may break off.
enum Interruption {
  /// So many in a row, without a byte of progress, are a fault of the file system and no chance.
  private static let limit = 1000

  /// Makes `call` again for as long as it is interrupted.
  static func retrying<Value>(_ call: () throws(SystemError) -> Value) throws(SystemError) -> Value {
    var interruptions = 0
    while true {
      do throws(SystemError) {
        return try call()
      } catch {
        interruptions += 1
        guard error.number == EINTR, interruptions < limit else { throw error }
      }
    }
  }
}
