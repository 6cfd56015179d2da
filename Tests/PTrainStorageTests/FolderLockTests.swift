import Glibc
import PTrainStorage
import PTrainTestSupport
import Testing

struct FolderLockTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func lock() throws(StorageError) -> FolderLock { try FolderLock(folder.path) }

  @Test func aSecondOwnerIsRefusedAndToldOfTheFirst() throws {
    let first = try lock()
    let error = failure { () throws(StorageError) in _ = try lock() }
    #expect(error == .inUse(folder: folder.path, owner: getpid()))
    #expect(error?.diagnosis.category == .busy && error?.description.contains("process \(getpid()) ") == true)
    extendLifetime(first)
  }

  @Test func theLockGoesWithItsOwner() throws {
    for _ in 0..<3 { _ = try lock() }
    #expect(folder.names == [])
  }

  /// What a killed process leaves is the file alone: the system has let the lock go.
  @Test func theFileOfADeadProcessBlocksNobody() throws {
    try DurableFile.replace(folder.file(FolderLock.fileName), with: Array("4194304\n".utf8))
    let first = try lock()
    #expect(failure { () throws(StorageError) in _ = try lock() } == .inUse(folder: folder.path, owner: getpid()))
    extendLifetime(first)
  }

  @Test func anotherOwnersFileIsNotRemoved() throws {
    var first: FolderLock? = try lock()
    #expect(first != nil)
    // Someone removed the folder's files and began anew.
    unlink(folder.file(FolderLock.fileName))
    let second = try lock()
    first = nil
    #expect(folder.names == [FolderLock.fileName])
    extendLifetime(second)
  }

  @Test func aFolderThatIsNotThereIsNamed() {
    let error = failure { () throws(StorageError) in _ = try FolderLock("/nowhere/run") }
    #expect(error == .cannotCreate(file: "/nowhere/run/.lock", reason: "No such file or directory"))
  }
}
