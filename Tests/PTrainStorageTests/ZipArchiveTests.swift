import PTrainStorage
import PTrainTestSupport
import Testing

struct ZipArchiveTests {
  static let limit = 1 << 20
  static let files: [(name: String, content: [UInt8])] = [
    ("config.json", Array(#"{"a":1}"#.utf8)), ("é/weights", ZipArchiveTests.content(3000)), ("empty", []),
  ]

  static func content(_ count: Int) -> [UInt8] { (0..<count).map { UInt8(truncatingIfNeeded: $0 * $0 / 7) } }

  static func archive(_ method: ZipArchive.Method = .stored) throws(StorageError) -> [UInt8] {
    var writer = ZipWriter()
    for file in files { try writer.append(file.name, file.content, method) }
    return writer.encoded()
  }

  /// All files of an archive.
  static func contents(_ bytes: [UInt8], limit: Int = limit) throws(StorageError) -> [String: [UInt8]] {
    let archive = try ZipArchive(bytes, limit: limit)
    var contents: [String: [UInt8]] = [:]
    for entry in archive.entries { contents[entry.name] = try archive.content(of: entry) }
    return contents
  }

  static func refusal(_ bytes: [UInt8], limit: Int = limit) -> StorageError? {
    failure { () throws(StorageError) in _ = try contents(bytes, limit: limit) }
  }

  @Test(arguments: [ZipArchive.Method.stored, .deflated])
  func filesComeBack(method: ZipArchive.Method) throws {
    let archive = try ZipArchive(Self.archive(method), limit: Self.limit)
    #expect(archive.entries.map(\.name) == Self.files.map(\.name))
    #expect(archive.entries.allSatisfy { $0.method == method })
    for file in Self.files { #expect(try archive.content(named: file.name) == file.content) }
  }

  @Test func anArchiveWithoutFilesIsRead() throws {
    #expect(try ZipArchive(ZipWriter().encoded(), limit: 0).entries.isEmpty)
  }

  @Test func deflatingMakesAnArchiveSmaller() throws {
    #expect(try Self.archive(.deflated).count < Self.archive(.stored).count)
  }

  @Test func sameFilesGiveSameBytes() throws {
    #expect(try Self.archive(.deflated) == Self.archive(.deflated))
  }

  @Test(arguments: [0, 1, 200_000])
  func anySizeIsDeflated(count: Int) throws {
    let content = [UInt8](repeating: 7, count: count)
    var writer = ZipWriter()
    try writer.append("a", content, .deflated)
    #expect(try Self.contents(writer.encoded()) == ["a": content])
  }

  @Test func aMissingFileIsNamedBesideThoseThere() throws {
    let archive = try ZipArchive(Self.archive(), limit: Self.limit)
    #expect(
      failure { () throws(StorageError) in _ = try archive.content(named: "model.json") }
        == .malformedZip(found: "the files config.json, é/weights, empty", expected: "a file named model.json"))
  }

  @Test func namesThatAreTakenOrEmptyAreNotWritten() throws {
    var writer = ZipWriter()
    try writer.append("a", [])
    for name in ["a", "", "b\0", String(repeating: "x", count: 65_536)] {
      #expect(failure { () throws(StorageError) in try writer.append(name, []) } != nil)
    }
  }

  @Test func contentAboveTheLimitIsRefused() throws {
    let size = Self.files.reduce(0) { $0 + $1.content.count }
    let archive = try Self.archive(.deflated)
    #expect(Self.refusal(archive, limit: size) == nil)
    #expect(Self.refusal(archive, limit: size - 1) == .contentTooLarge(byteCount: UInt64(size), limit: size - 1))
  }

  /// `zipfile` of Python 3.11: `ZipFile(f, "w")`; `open(ZipInfo("x.npy", (1980, 1, 1, 0, 0, 0)), "w",
  /// force_zip64=True)`, as NumPy's `savez` does; `write(b"hello")`.
  @Test func zip64SizesBeforeAFileMayStand() throws {
    let python: [UInt8] =
      [0x50, 0x4B, 3, 4, 45, 0, 0, 0, 0, 0, 0, 0, 0x21, 0, 0x86, 0xA6, 0x10, 0x36] + [UInt8](repeating: 255, count: 8)
      + [5, 0, 20, 0] + Array("x.npy".utf8) + [1, 0, 16, 0] + [5, 0, 0, 0, 0, 0, 0, 0] + [5, 0, 0, 0, 0, 0, 0, 0]
      + Array("hello".utf8) + [0x50, 0x4B, 1, 2, 45, 3, 45, 0, 0, 0, 0, 0, 0, 0, 0x21, 0, 0x86, 0xA6, 0x10, 0x36]
      + [5, 0, 0, 0, 5, 0, 0, 0, 5, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x80, 1, 0, 0, 0, 0] + Array("x.npy".utf8)
      + [0x50, 0x4B, 5, 6, 0, 0, 0, 0, 1, 0, 1, 0, 51, 0, 0, 0, 60, 0, 0, 0, 0, 0]
    #expect(try Self.contents(python) == ["x.npy": Array("hello".utf8)])
  }

  @Test func everyTruncationIsRefused() throws {
    for method in [ZipArchive.Method.stored, .deflated] {
      for part in try Damage.truncations(of: Self.archive(method)) {
        #expect(Self.refusal(part)?.diagnosis.category == .malformedData, "\(part.count) bytes")
      }
    }
    #expect(try Self.refusal(Self.archive() + [0]) != nil)
  }

  /// Dates, versions and permissions are not looked at; a name says only which file is meant.
  @Test func noFlipGivesOtherContent() throws {
    let sound = Set(Self.files.map(\.content))
    for method in [ZipArchive.Method.stored, .deflated] {
      var refused = 0
      for altered in try Damage.flips(of: Self.archive(method)) {
        guard let contents = try? Self.contents(altered) else {
          refused += 1
          continue
        }
        #expect(Set(contents.values) == sound)
      }
      #expect(refused > 1000)
    }
  }

  /// Where each field of the second file lies, and a value that must not be believed.
  @Test func statementsThatCantBeTrueAreRefused() throws {
    let archive = try Self.archive()
    let directory = try #require(Self.position(of: [0x50, 0x4B, 1, 2], in: archive))
    let end = archive.count - 22
    let table: [(at: Int, bytes: [UInt8], what: String)] = [
      (directory + 8, [1], "encrypted"), (directory + 8, [0, 0x20], "masked headers"),
      (directory + 10, [12], "another method"), (directory + 16, [0, 0, 0, 0], "another CRC-32"),
      (directory + 20, [255, 255, 255, 255], "zip64 size"), (directory + 24, [255, 255, 255, 127], "2 GiB of content"),
      (directory + 24, [8], "more content than stored"), (directory + 28, [255, 255], "a name beyond the directory"),
      (directory + 34, [1], "on another disk"), (directory + 42, [255, 255, 255, 127], "beyond the archive"),
      (directory + 42, [1], "not at its header"), (directory + 46, [0], "a zero in its name"),
      (directory + 46, [0xFF], "a name that is not text"), (end + 4, [1], "several disks"),
      (end + 8, [2, 0, 2, 0], "fewer files"), (end + 8, [4, 0, 4, 0], "more files"),
      (end + 8, [255, 255, 255, 255], "zip64 count"), (end + 12, [0], "a shorter directory"),
      (end + 16, [255, 255, 255, 255], "zip64 offset"), (end + 20, [1, 0], "a comment that is not there"),
    ]
    for row in table {
      var altered = archive
      altered.replaceSubrange(row.at..<(row.at + row.bytes.count), with: row.bytes)
      #expect(altered != archive)
      guard case .malformedZip = Self.refusal(altered, limit: .max) else {
        Issue.record("\(row.what): \(String(describing: Self.refusal(altered, limit: .max)))")
        continue
      }
    }
  }

  @Test func twoFilesOfOneNameAreRefused() throws {
    var writer = ZipWriter()
    try writer.append("aa", [1])
    try writer.append("ab", [2])
    let archive = writer.encoded().map { $0 == UInt8(ascii: "b") ? UInt8(ascii: "a") : $0 }
    #expect(Self.refusal(archive) == .malformedZip(found: "the name aa twice", expected: "distinct names"))
  }

  /// The second file lies within the content of the first: how a small archive promises much.
  @Test func filesThatShareBytesAreRefused() throws {
    var inner = ZipWriter()
    try inner.append("b", [1, 2, 3])
    let one = inner.encoded()
    let start = try #require(Self.position(of: [0x50, 0x4B, 1, 2], in: one))
    var outer = ZipWriter()
    try outer.append("a", Array(one[..<start]))
    let whole = outer.encoded()
    var second = Array(one[start..<(one.count - 22)])
    second[42] = 31  // behind the outer file's header
    var end = Array(whole[(whole.count - 22)...])
    (end[8], end[10], end[12]) = (2, 2, UInt8(2 * second.count))
    #expect(
      Self.refusal(Array(whole[..<(whole.count - 22)]) + second + end)
        == .malformedZip(found: "two files in the same bytes", expected: "a place of its own for each"))
  }

  private static func position(of part: [UInt8], in bytes: [UInt8]) -> Int? {
    (0...(bytes.count - part.count)).first { bytes[$0...].starts(with: part) }
  }
}
