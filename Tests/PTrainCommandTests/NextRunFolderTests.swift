import Foundation
import PTrainCommand
import Testing

@Suite struct NextRunFolderTests {
  @Test func eachRunGetsTheNextFreeFolder() throws {
    let folder = try TemporaryFolder()
    let runs = folder.file("runs")
    #expect(try (1...3).map { _ in try NextRunFolder.make(in: runs) } == (1...3).map { "\(runs)/\($0)" })
    try FileManager.default.removeItem(atPath: "\(runs)/2")
    #expect(try NextRunFolder.make(in: runs) == "\(runs)/2")
  }

  @Test func aFolderThatCannotBeMadeIsNamed() throws {
    let folder = try TemporaryFolder()
    let path = folder.file("missing/runs")
    #expect(throws: NextRunFolderError.cannotCreate(path, reason: "No such file or directory")) {
      try NextRunFolder.make(in: path)
    }
  }
}
