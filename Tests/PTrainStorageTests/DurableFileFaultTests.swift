import Glibc
import PTrainStorage
import PTrainTestSupport
import Testing

/// Any call that writing is made of fails: the old file stands or the new one does, whole.
struct DurableFileFaultTests {
  let folder: TemporaryFolder
  private let old: [UInt8] = [1, 2, 3]
  private let new = [UInt8](repeating: 7, count: 1000)

  init() throws { folder = try TemporaryFolder() }

  @Test(arguments: [ENOSPC, EIO, EDQUOT, EROFS], FaultyFileSystem.Duration.allCases)
  func aFailingCallLeavesAWholeFileAndIsNamed(number: Int32, duration: FaultyFileSystem.Duration) throws {
    let path = folder.file("state")
    for call in 1... {
      try DurableFile.replace(path, with: old)
      let faulty = FaultyFileSystem(.error(number), atCall: call, duration)
      let error = failure { () throws(StorageError) in try DurableFile.replace(path, with: new, on: faulty) }
      let found = try DurableFile.read(path, limit: 1000)
      guard faulty.faultCount > 0 else {
        #expect(error == nil && found == new && call > 5)
        break
      }
      let text = try #require(error).description
      #expect(text.contains(path) && text.contains(String(cString: strerror(number))), "\(text)")
      // Only the folder's own sync comes after the renaming.
      let isInPlace = if case .mayNotLast = error { true } else { false }
      #expect(found == (isInPlace ? new : old), "call \(call)")
      // Where nothing works any more, the unfinished file can't be removed either.
      if duration == .once { #expect(folder.names == ["state"], "call \(call)") }
      try DurableFile.removeLeftovers(in: folder.path)
      #expect(folder.names == ["state"])
    }
  }

  @Test func interruptionsAndShortWritesAreNoFaults() throws {
    let path = folder.file("state")
    for fault in [FaultyFileSystem.Fault.error(EINTR), .shortWrite] {
      for call in 1...6 {
        try DurableFile.replace(path, with: old)
        try DurableFile.replace(path, with: new, on: FaultyFileSystem(fault, atCall: call, .once))
        #expect(try DurableFile.read(path, limit: 1000) == new)
      }
    }
    try DurableFile.replace(path, with: old)
    try DurableFile.replace(path, with: new, on: FaultyFileSystem(.shortWrite, atCall: 1, .forEver))
    #expect(try DurableFile.read(path, limit: 1000) == new)
    #expect(folder.names == ["state"])
  }

  @Test func interruptionsWithoutEndAreOne() throws {
    let faulty = FaultyFileSystem(.error(EINTR), atCall: 2, .forEver)
    let path = folder.file("state")
    try DurableFile.replace(path, with: old)
    let error = failure { () throws(StorageError) in try DurableFile.replace(path, with: new, on: faulty) }
    #expect(error == .writeFailed(file: path, reason: "Interrupted system call"))
    #expect(try DurableFile.read(path, limit: 3) == old)
  }

  @Test(arguments: FaultyFileSystem.Duration.allCases)
  func aFailingLinkLeavesTheOldName(duration: FaultyFileSystem.Duration) throws {
    let (one, other) = (folder.file("one"), folder.file("other"))
    for call in 1... {
      try DurableFile.replace(one, with: new)
      try DurableFile.replace(other, with: old)
      let faulty = FaultyFileSystem(.error(EIO), atCall: call, duration)
      let error = failure { () throws(StorageError) in _ = try DurableFile.link(one, as: other, on: faulty) }
      let found = try DurableFile.read(other, limit: 1000)
      try DurableFile.removeLeftovers(in: folder.path)
      #expect(folder.names == ["one", "other"])
      #expect(found == old || found == new)
      if let error { #expect(error.description.contains(other) && error.description.contains("Input/output error")) }
      if faulty.faultCount == 0 { return #expect(error == nil && found == new) }
    }
  }

  @Test(arguments: [EPERM, EOPNOTSUPP, EMLINK])
  func aFileSystemWithoutSecondNamesSaysSo(number: Int32) throws {
    try DurableFile.replace(folder.file("one"), with: new)
    let faulty = FaultyFileSystem(.error(number), atCall: 1, .once)
    #expect(try !DurableFile.link(folder.file("one"), as: folder.file("other"), on: faulty))
    #expect(folder.names == ["one"])
  }
}
