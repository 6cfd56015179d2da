import PTrainStorage
import PTrainTestSupport
import Testing

/// Power fails after any call: the old file is there or the new one, whole.
struct PowerFailureTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  @Test func aReplacedFileIsTheOldOneOrTheNewOneAndOnceReturnedTheNewOne() throws {
    let recorder = RecordingFileSystem()
    let path = folder.file("state")
    let versions: [[UInt8]] = [[1, 2, 3, 4], [5, 6, 7, 8, 9], [10, 11]]
    for version in versions {
      try DurableFile.replace(path, with: version, on: recorder)
      recorder.promise(path, version)
    }
    var disk = PowerFailure()
    var (seen, count) = (Set<[UInt8]>(), 0)
    for change in recorder.changes {
      disk.apply(change)
      let promised = disk.promises[path].flatMap { versions.firstIndex(of: $0) }
      for names in disk.disks {
        count += 1
        guard let content = names[path] else {
          #expect(promised == nil)
          continue
        }
        let version = try #require(versions.firstIndex(of: content), "\(content) after \(change)")
        #expect(version >= promised ?? 0)
        seen.insert(content)
      }
    }
    #expect(seen.count == versions.count && count > 50)
  }

  /// The model itself can lose what was not synced: else it would show nothing.
  @Test func whatIsNotSyncedMayBeLostOrGarbled() {
    var disk = PowerFailure()
    disk.apply(.create(name: "f/a", file: 1))
    disk.apply(.write(file: 1, bytes: [1, 2]))
    expect(disk, [[:], ["f/a": []], ["f/a": [1]], ["f/a": [1 ^ 0xA5, 2 ^ 0xA5]]])
    disk.apply(.synchronise(file: 1))
    expect(disk, [[:], ["f/a": [1, 2]]])
    disk.apply(.synchroniseFolder("f"))
    expect(disk, [["f/a": [1, 2]]])
    disk.apply(.rename("f/a", to: "f/b"))
    expect(disk, [["f/a": [1, 2]], ["f/b": [1, 2]]])
    disk.apply(.remove("f/b"))
    expect(disk, [["f/a": [1, 2]], ["f/b": [1, 2]], [:]])
    disk.apply(.synchroniseFolder("f"))
    expect(disk, [[:]])
  }

  private func expect(_ disk: PowerFailure, _ contents: Set<[String: [UInt8]]>) {
    #expect(Set(disk.disks) == contents)
  }
}
