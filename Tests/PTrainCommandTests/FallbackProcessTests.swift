import Foundation
import Testing

/// `ptrain resume` of a folder whose newest checkpoint is damaged.
@Suite struct FallbackProcessTests {
  private let data: TrainingData
  private let straight: Run

  init() throws {
    data = try TrainingData()
    straight = try data.train("straight", "--epochs", "5", "--threads", "2")
    _ = try data.train("run", "--epochs", "3", "--threads", "2")
  }

  private func path(_ name: String) -> String { data.folder.file("run/\(name)") }

  /// Puts a damaged copy in a checkpoint's place, a file of its own.
  private func damage(_ name: String) throws {
    var bytes = try #require(FileManager.default.contents(atPath: path(name)))
    bytes[bytes.count / 2] ^= 1
    try bytes.write(to: URL(fileURLWithPath: path(name)), options: .atomic)
  }

  private func expectToGoOn(fromEpoch epoch: Int, faults: Int) throws {
    let call = try Invocation(binary: ["resume", data.folder.file("run"), "--epochs", "5", "--json"])
    #expect(call.code == 0)
    let digest = try #require(straight.digest)
    #expect(call.output.contains(digest))
    #expect(call.output.hasPrefix("{\"event\":\"epoch\",\"epoch\":\(epoch + 1),"))
    let lines = call.errorOutput.split(separator: "\n")
    #expect(lines.count == faults + 1 && lines.allSatisfy { $0.hasPrefix("ptrain: warning: ") })
    #expect(lines.first?.contains(path("ckpt.zst")) == true)
    #expect(
      lines.last?.hasSuffix("going on from \(path("ckpt-epoch-000\(epoch).zst")), the newest that is whole") == true)
    #expect(try data.historyEpochs("run") == [1, 2, 3, 4, 5])
    #expect(try data.files("run")["ckpt.zst"] == data.files("straight")["ckpt.zst"])
  }

  @Test func theNewestEpochsCheckpointIsTaken() throws {
    try damage("ckpt.zst")
    try expectToGoOn(fromEpoch: 3, faults: 1)
  }

  @Test func anEarlierOneIsTakenIfThatIsDamagedToo() throws {
    try damage("ckpt.zst")
    try damage("ckpt-epoch-0003.zst")
    try expectToGoOn(fromEpoch: 2, faults: 2)
  }

  @Test func aLostOneIsReplacedToo() throws {
    try FileManager.default.removeItem(atPath: path("ckpt.zst"))
    try expectToGoOn(fromEpoch: 3, faults: 1)
  }

  /// Someone who names a file means that file.
  @Test func aFileThatIsNamedHasNoSubstitute() throws {
    try damage("ckpt.zst")
    #expect(try Invocation(binary: ["resume", path("ckpt.zst")]).isRefusal(65, path("ckpt.zst")))
  }

  @Test func withoutAnyWholeOneTheNewestsFaultIsTold() throws {
    for name in ["ckpt.zst", "ckpt-epoch-0001.zst", "ckpt-epoch-0002.zst", "ckpt-epoch-0003.zst"] { try damage(name) }
    #expect(try Invocation(binary: ["resume", data.folder.file("run")]).isRefusal(65, path("ckpt.zst")))
  }
}
