import Glibc
import PTrainStorage
import PTrainTestSupport
import Testing

struct DurableFileTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  @Test func aFileIsReplacedWhole() throws {
    let path = folder.file("state")
    try DurableFile.replace(path, with: [1, 2, 3])
    #expect(try DurableFile.read(path, limit: 3) == [1, 2, 3])
    let large = ZstdTests.content(1 << 20)
    try large.scoped { bytes throws(StorageError) in
      try DurableFile.replace(path, withPieces: [bytes, UnsafeRawBufferPointer(start: nil, count: 0), bytes])
    }
    #expect(try DurableFile.read(path, limit: .max) == large + large)
    try DurableFile.replace(path, with: [])
    #expect(try DurableFile.read(path, limit: 0) == [])
    #expect(folder.names == ["state"])
  }

  @Test func aFolderInTheWayStaysAndNothingIsLeft() throws {
    let path = folder.file("state")
    mkdir(path, 0o777)
    let error = failure { () throws(StorageError) in try DurableFile.replace(path, with: [1]) }
    #expect(error == .cannotCreate(file: path, reason: "Is a directory"))
    #expect(folder.names == ["state"])
    #expect(DurableFile.isFolder(path))
  }

  @Test(arguments: ["missing/state", "file/state", "", "/", "folder/", "a\0b"])
  func placesThatDoNotExistAreNamed(name: String) throws {
    try DurableFile.replace(folder.file("file"), with: [7])
    let path = name.isEmpty || name == "/" ? name : folder.file(name)
    let error = failure { () throws(StorageError) in try DurableFile.replace(path, with: [1]) }
    #expect(error?.diagnosis.category == .cannotCreate)
    #expect(path.isEmpty || error?.description.contains(path.split(separator: "\0").first ?? "") == true)
    #expect(folder.names == ["file"])
  }

  /// Memory that is not mapped stands in for a full disk: `write` fails after the temporary file was begun.
  @Test func aWriteThatFailsHalfWayLeavesTheOldFile() throws {
    let path = folder.file("state")
    try DurableFile.replace(path, with: [1, 2, 3])
    let unmapped = UnsafeRawBufferPointer(start: UnsafeRawPointer(bitPattern: 4096), count: 1 << 20)
    let error = failure { () throws(StorageError) in
      try [UInt8](repeating: 9, count: 100_000).scoped { sound throws(StorageError) in
        try DurableFile.replace(path, withPieces: [sound, unmapped])
      }
    }
    #expect(error == .writeFailed(file: path, reason: "Bad address"))
    #expect(try DurableFile.read(path, limit: 3) == [1, 2, 3])
    #expect(folder.names == ["state"])
  }

  @Test func manyWritersAtOnceLeaveOneWholeFile() async throws {
    let path = folder.file("state")
    await withTaskGroup(of: Void.self) { group in
      for value: UInt8 in 0..<8 {
        group.addTask { try? DurableFile.replace(path, with: [UInt8](repeating: value, count: 10_000)) }
      }
    }
    let bytes = try DurableFile.read(path, limit: 10_000)
    #expect(bytes.count == 10_000 && Set(bytes).count == 1)
    #expect(folder.names == ["state"])
  }

  @Test func whatCannotBeReadIsNamed() throws {
    let path = folder.file("state")
    #expect(
      failure { () throws(StorageError) in _ = try DurableFile.read(path, limit: 1) }
        == .missing(file: path, reason: "No such file or directory"))
    #expect(
      failure { () throws(StorageError) in _ = try DurableFile.read(folder.path, limit: 1) }
        == .notRegularFile(file: folder.path))
    #expect(
      failure { () throws(StorageError) in _ = try DurableFile.read("/dev/zero", limit: 1) }
        == .notRegularFile(file: "/dev/zero"))
    mkfifo(folder.file("pipe"), 0o666)
    #expect(
      failure { () throws(StorageError) in _ = try DurableFile.read(folder.file("pipe"), limit: 1) }
        == .notRegularFile(file: folder.file("pipe")))
    try DurableFile.replace(path, with: [1, 2])
    #expect(
      failure { () throws(StorageError) in _ = try DurableFile.read(path, limit: 1) }
        == .tooLarge(file: path, byteCount: 2, limit: 1))
  }

  @Test func aFileThatShrinksIsNoticed() throws {
    let path = folder.file("state")
    try DurableFile.replace(path, with: [1, 2, 3, 4])
    let file = try ReadableFile(path)
    truncate(path, 3)
    #expect(
      failure { () throws(StorageError) in _ = try file.readAll(limit: 4) }
        == .readFailed(file: path, reason: "it ends at byte 3"))
  }

  @Test func leftoversAreRemovedAndNothingElse() throws {
    let others = [
      ".state.tmp", ".state.txt", ".12-1.tmp", "state", "state.12-1.tmp", ".state.12.tmp", ".state.12-x.tmp",
      ".state.1-2-3.tmp",
    ]
    for name in others + [".state.12-1.tmp", ".state.zst.7-30.tmp"] {
      try DurableFile.replace(folder.file(name), with: [1])
    }
    try DurableFile.removeLeftovers(in: folder.path)
    #expect(folder.names == others.sorted())
    try DurableFile.removeLeftovers(in: "/nowhere")
  }

  @Test func foldersAreMadeWithThoseAboveThem() throws {
    let path = folder.file("a/b/c")
    try DurableFile.createFolder(path + "/")
    try DurableFile.createFolder(path)
    #expect(DurableFile.isFolder(path))
    try DurableFile.replace(path + "/file", with: [1])
    #expect(
      failure { () throws(StorageError) in try DurableFile.createFolder(path + "/file/d") }?.diagnosis.category
        == .cannotCreate)
    try DurableFile.remove(path + "/file")
    try DurableFile.remove(path + "/file")
    for name in ["a/b/c", "a/b", "a"] { #expect(rmdir(folder.file(name)) == 0) }
  }
}
