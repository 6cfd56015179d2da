import Foundation
import PTrainCommand
import Testing

@Suite struct RunFolderTests {
  @Test func eachRunGetsTheNextFreeFolder() throws {
    let folder = try TemporaryFolder()
    let runs = folder.file("runs")
    #expect(try (1...3).map { _ in try RunFolder.makeNext(in: runs) } == (1...3).map { "\(runs)/\($0)" })
    try FileManager.default.removeItem(atPath: "\(runs)/2")
    #expect(try RunFolder.makeNext(in: runs) == "\(runs)/2")
  }

  @Test func aFolderThatCannotBeMadeIsNamed() throws {
    let folder = try TemporaryFolder()
    let path = folder.file("missing/runs")
    #expect(throws: RunFolderError.cannotCreate(path, reason: "No such file or directory")) {
      try RunFolder.makeNext(in: path)
    }
  }

  @Test func aFolderStandsForItsNewestCheckpoint() throws {
    let folder = try TemporaryFolder()
    #expect(RunFolder.checkpoint(at: folder.path) == folder.file("ckpt.zst"))
    #expect(RunFolder.checkpoint(at: folder.file("epoch-3.zst")) == folder.file("epoch-3.zst"))
  }
}
