import Glibc
import PTrainStorage
import Synchronization

/// The machine's file system, one of whose calls fails, or that one and all after it.
package final class FaultyFileSystem: FileSystem {
  package enum Fault: Equatable, Sendable {
    /// The call fails with this `errno`.
    case error(Int32)
    /// A write takes one byte of what it is given; other calls are left alone.
    case shortWrite
  }

  package enum Duration: Sendable, CaseIterable { case once, forEver }

  private let local = LocalFileSystem()
  private let fault: Fault
  /// The number of the first call that fails, from 1.
  private let call: Int
  private let duration: Duration
  private let calls = Atomic<Int>(0)
  private let struck = Atomic<Int>(0)

  package init(_ fault: Fault, atCall call: Int, _ duration: Duration) {
    (self.fault, self.call, self.duration) = (fault, call, duration)
  }

  /// Calls that failed so far.
  package var faultCount: Int { struck.load(ordering: .relaxed) }

  /// Counts a call; whether it is to be hit.
  private func strikes() -> Bool {
    let number = calls.wrappingAdd(1, ordering: .relaxed).newValue
    guard number == call || (duration == .forEver && number > call) else { return false }
    struck.wrappingAdd(1, ordering: .relaxed)
    return true
  }

  private func pass() throws(SystemError) {
    if strikes(), case .error(let number) = fault { throw SystemError(number) }
  }

  package func create(_ path: String) throws(SystemError) -> Int32 {
    try pass()
    return try local.create(path)
  }

  package func openToAppend(_ path: String) throws(SystemError) -> Int32 {
    try pass()
    return try local.openToAppend(path)
  }

  package func truncate(_ descriptor: Int32, to count: Int) throws(SystemError) {
    try pass()
    try local.truncate(descriptor, to: count)
  }

  package func write(_ bytes: UnsafeRawBufferPointer, to descriptor: Int32) throws(SystemError) -> Int {
    guard strikes() else { return try local.write(bytes, to: descriptor) }
    // A failing write has written a part, as one does on a disk that fills up.
    let part = UnsafeRawBufferPointer(rebasing: bytes[..<(fault == .shortWrite ? 1 : bytes.count / 2)])
    if case .error(let number) = fault {
      if number != EINTR, !part.isEmpty { _ = try local.write(part, to: descriptor) }
      throw SystemError(number)
    }
    return try local.write(part, to: descriptor)
  }

  package func synchronise(_ descriptor: Int32) throws(SystemError) {
    try pass()
    try local.synchronise(descriptor)
  }

  /// Closing can't fail in a way that matters: all was synced before.
  package func close(_ descriptor: Int32) { local.close(descriptor) }

  package func rename(_ path: String, to target: String) throws(SystemError) {
    try pass()
    try local.rename(path, to: target)
  }

  package func link(_ path: String, as target: String) throws(SystemError) {
    try pass()
    try local.link(path, as: target)
  }

  package func remove(_ path: String) throws(SystemError) {
    try pass()
    try local.remove(path)
  }

  package func makeFolder(_ path: String) throws(SystemError) {
    try pass()
    try local.makeFolder(path)
  }

  package func synchroniseFolder(_ path: String) throws(SystemError) {
    try pass()
    try local.synchroniseFolder(path)
  }
}
