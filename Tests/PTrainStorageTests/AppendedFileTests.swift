import Glibc
import PTrainStorage
import PTrainTestSupport
import Testing

struct AppendedFileTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  @Test func recordsAreThereAsSoonAsTheyAreAppended() throws {
    let path = folder.file("log")
    let file = try AppendedFile(new: path, beginningWith: [1, 2])
    #expect(try DurableFile.read(path, limit: 9) == [1, 2])
    try file.append([3])
    try file.append([])
    try file.append([4, 5])
    #expect(try DurableFile.read(path, limit: 9) == [1, 2, 3, 4, 5])
    try file.synchronise()
    #expect(folder.names == ["log"])
  }

  @Test func aFileThatIsThereIsNotTouched() throws {
    let path = folder.file("log")
    try DurableFile.replace(path, with: [7])
    let error = failure { () throws(StorageError) in _ = try AppendedFile(new: path, beginningWith: [1]) }
    #expect(error == .cannotCreate(file: path, reason: "File exists"))
    #expect(try DurableFile.read(path, limit: 1) == [7])
  }

  /// Memory that is not mapped stands in for a full disk.
  @Test func aRecordThatFailsHalfWayIsTakenBack() throws {
    let path = folder.file("log")
    let file = try AppendedFile(new: path, beginningWith: [1])
    try file.append([2])
    let unmapped = UnsafeRawBufferPointer(start: UnsafeRawPointer(bitPattern: 4096), count: 1 << 20)
    let error = failure { () throws(StorageError) in
      try [UInt8](repeating: 9, count: 100).scoped { sound throws(StorageError) in
        try file.append(pieces: [sound, unmapped])
      }
    }
    #expect(error == .writeFailed(file: path, reason: "Bad address"))
    #expect(try DurableFile.read(path, limit: 9) == [1, 2])
    try file.append([3])
    #expect(try DurableFile.read(path, limit: 9) == [1, 2, 3])
  }

  /// Two records, with any one call failing: what is there is always some whole records, and what was not thrown for
  /// is among them.
  @Test(arguments: [FaultyFileSystem.Fault.error(ENOSPC), .error(EIO), .error(EINTR), .shortWrite])
  func anyCallMayFail(fault: FaultyFileSystem.Fault) throws {
    for call in 1... {
      let path = folder.file("log-\(fault)-\(call)")
      let files = FaultyFileSystem(fault, atCall: call, .once)
      var kept: [UInt8] = []
      do {
        let file = try AppendedFile(new: path, beginningWith: [1, 2], on: files)
        kept = [1, 2]
        for record in [[3, 4, 5], [6, 7]] as [[UInt8]] where (try? file.append(record)) != nil { kept += record }
        try file.synchronise()
      } catch {
        #expect("\(error)".contains(path), "call \(call)")
      }
      if !kept.isEmpty { #expect(try DurableFile.read(path, limit: 9) == kept, "call \(call)") }
      if files.faultCount == 0 { break }
      #expect(call < 20)
    }
  }

  @Test func namesOfAFolderAreListed() throws {
    for name in ["b", "a", ".hidden"] { try DurableFile.replace(folder.file(name), with: []) }
    #expect(DurableFile.names(in: folder.path).sorted() == [".hidden", "a", "b"])
    #expect(DurableFile.names(in: "/nowhere").isEmpty)
  }
}
