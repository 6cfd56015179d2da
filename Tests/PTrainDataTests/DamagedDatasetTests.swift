import FoundationEssentials
import Glibc
import PTrainCore
import PTrainData
import PTrainStorage
import PTrainTestSupport
import Testing

/// Data sets that someone or something has altered.
struct DamagedDatasetTests {
  let small: SmallDataset
  var description: String { small.out + "/dataset.json" }
  var shard: String { small.out + "/train-00002.safetensors.zst" }

  init() throws {
    small = try SmallDataset()
    try small.pack()
  }

  /// Why opening and decoding the data set ends.
  private func fault() -> DatasetError? {
    failure { () throws(DatasetError) in _ = try DatasetVerifier.verify(small.out) }
  }

  /// Replaces `old` in `dataset.json` by `new` and, if `forging`, makes the root hash fit.
  private func edit(_ old: String, _ new: String, forging: Bool) throws {
    var text = String(decoding: try DurableFile.read(description, limit: 100_000), as: UTF8.self)
    text.replaceSubrange(try #require(text.firstRange(of: old), "\(old)"), with: new)
    if forging {
      let description = try JSONDecoder().decode(DatasetDescription.self, from: Data(text.utf8))
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
      let start = try #require(text.firstRange(of: "\"root\" : \"")).upperBound
      let root = Digest(of: try encoder.encode(description)).hexadecimal
      text.replaceSubrange(start..<text.index(start, offsetBy: 64), with: root)
    }
    try DurableFile.replace(description, with: Array(text.utf8))
  }

  @Test func theHelperForgesWhatIsAccepted() throws {
    try edit("\"name\" : \"packed\"", "\"name\" : \"other\"", forging: true)
    #expect(fault() == nil)
    #expect(try Dataset.open(small.out).description.name == "other")
  }

  static let fields = [
    ("\"name\" : \"packed\"", "\"name\" : \"other\""), ("\"classCount\" : 5", "\"classCount\" : 6"),
    ("\"rowsPerFrame\" : 4", "\"rowsPerFrame\" : 5"), ("\"offset\" : 0", "\"offset\" : 1"),
    ("\"scale\" : 0.0039", "\"scale\" : 0.0038"), ("\"elementType\" : \"U8\"", "\"elementType\" : \"I8\""),
    ("\"format\" : \"ptrain-dataset\"", "\"format\" : \"dataset\""), ("\"version\" : 1", "\"version\" : 2"),
    ("\"count\" : 23", "\"count\" : 24"), ("\"count\" : 10", "\"count\" : 11"), ("\"bytes\" : 1", "\"bytes\" : 2"),
    ("\"sha256\" : \"", "\"sha256\" : \"0"), ("\"root\" : \"", "\"root\" : \"f"),
    ("train-00000", "train-00001"), ("\"sampleShape\" : [", "\"sampleShape\" : [1,"),
    ("\"test\"", "\"tests\""), ("\"train\"", "\"trains\""), ("{", "{\"shuffleSeed\" : 1,"), ("{", "{{"), ("}", ""),
  ]

  @Test(arguments: fields.indices)
  func everyFieldIsProtected(index: Int) throws {
    try edit(Self.fields[index].0, Self.fields[index].1, forging: false)
    #expect(fault()?.diagnosis.category == .malformedData, "\(Self.fields[index])")
  }

  @Test func anotherVersionIsNamed() throws {
    try edit("\"version\" : 1", "\"version\" : 2", forging: false)
    #expect(fault() == .unknownVersion(file: description, found: "version 2", expected: "version 1"))
  }

  /// Statements that are refused although the root hash fits.
  static let lies = [
    ("\"classCount\" : 5", "\"classCount\" : 0"), ("\"classCount\" : 5", "\"classCount\" : 4"),
    ("\"classCount\" : 5", "\"classCount\" : 9223372036854775807"),
    ("\"rowsPerFrame\" : 4", "\"rowsPerFrame\" : 0"), ("\"rowsPerFrame\" : 4", "\"rowsPerFrame\" : -4"),
    ("\"rowsPerFrame\" : 4", "\"rowsPerFrame\" : 3"), ("\"rowsPerFrame\" : 4", "\"rowsPerFrame\" : 5"),
    ("\"rowsPerFrame\" : 4", "\"rowsPerFrame\" : 9223372036854775807"),
    ("\"elementType\" : \"U8\"", "\"elementType\" : \"F32\""), ("\"scale\" : 0.0039", "\"scale\" : 0e0"),
    ("\"count\" : 23", "\"count\" : 24"), ("\"count\" : 10", "\"count\" : 11"), ("\"count\" : 10", "\"count\" : 0"),
    ("\"count\" : 10", "\"count\" : -10"), ("\"count\" : 10", "\"count\" : 9223372036854775807"),
    ("\"bytes\" : 1", "\"bytes\" : 2"), ("\"bytes\" : 1", "\"bytes\" : -1"),
    ("\"sampleShape\" : [", "\"sampleShape\" : [2,"), ("\"sampleShape\" : [", "\"sampleShape\" : [0,"),
    ("\"sampleShape\" : [", "\"sampleShape\" : [1,"), ("\"sampleShape\" : [", "\"sampleShape\" : [4294967296,"),
    ("train-00000.safetensors.zst", "../packed/train-00000.safetensors.zst"),
    ("train-00000.safetensors.zst", "/etc/passwd"), ("train-00000.safetensors.zst", ""),
    ("train-00000.safetensors.zst", "."), ("train-00000.safetensors.zst", ".."),
    ("train-00000.safetensors.zst", "a\\u0000b"), ("train-00000.safetensors.zst", "train-00001.safetensors.zst"),
  ]

  @Test(arguments: lies.indices)
  func liesWithAFittingRootAreRefused(index: Int) throws {
    try edit(Self.lies[index].0, Self.lies[index].1, forging: true)
    #expect(fault()?.diagnosis.category == .malformedData, "\(Self.lies[index])")
  }

  @Test func aMissingShardIsNamed() throws {
    unlink(shard)
    #expect(fault() == .storage(.missing(file: shard, reason: "No such file or directory")))
  }

  @Test func aFolderWithoutADescriptionIsNoDataset() {
    let error = failure { () throws(DatasetError) in _ = try Dataset.open("/nowhere") }
    #expect(error == .notADataset(folder: "/nowhere", reason: "No such file or directory"))
    #expect(error?.diagnosis.category == .missingInput)
  }

  @Test func noFlipInTheDescriptionGoesUnnoticed() throws {
    let sound = try Dataset.describe(small.out).description
    let bytes = try DurableFile.read(description, limit: 100_000)
    for index in bytes.indices {
      var altered = bytes
      altered[index] ^= 1
      try DurableFile.replace(description, with: altered)
      // White space may turn into nothing that counts.
      guard let found = try? Dataset.describe(small.out).description else { continue }
      #expect(found == sound, "byte \(index)")
    }
  }

  @Test func everyTruncationOfAShardIsRefused() throws {
    let bytes = try DurableFile.read(shard, limit: 10_000)
    for count in 0..<bytes.count {
      try DurableFile.replace(shard, with: Array(bytes[..<count]))
      #expect(
        fault() == .malformedShard(file: shard, found: "\(count) bytes", expected: "\(bytes.count)"), "\(count) bytes")
    }
  }

  @Test func everyFlipInAShardIsRefused() throws {
    let bytes = try DurableFile.read(shard, limit: 10_000)
    for index in bytes.indices {
      for mask: UInt8 in [0x01, 0x80, 0xFF] {
        var altered = bytes
        altered[index] ^= mask
        try DurableFile.replace(shard, with: altered)
        #expect(fault()?.diagnosis.category == .malformedData, "byte \(index) ^ \(mask)")
      }
    }
  }

  /// With a SHA-256 that fits, the frames' checksums and the structure must still keep wrong samples out.
  @Test func noFlipWithAFittingDigestGivesOtherSamples() throws {
    let bytes = try DurableFile.read(shard, limit: 10_000)
    var digest = Digest(of: bytes).hexadecimal
    for index in bytes.indices {
      var altered = bytes
      altered[index] ^= 1 << UInt8(index % 8)
      let next = Digest(of: altered).hexadecimal
      try edit(digest, next, forging: true)
      digest = next
      try DurableFile.replace(shard, with: altered)
      guard let dataset = try? Dataset.open(small.out), let images = try? dataset.train.allImages() else { continue }
      #expect(images == small.trainImages, "byte \(index)")
      #expect(dataset.train.labels == small.trainLabels.map { Int32($0) }, "byte \(index)")
    }
  }

  @Test func aFrameThatIsAlteredAfterOpeningIsRefused() throws {
    let train = try Dataset.open(small.out).train
    let bytes = try DurableFile.read(shard, limit: 10_000)
    let descriptor = open(shard, O_WRONLY)
    // The last byte belongs to the checksum of the last frame.
    #expect(pwrite(descriptor, [bytes[bytes.count - 1] ^ 1], 1, bytes.count - 1) == 1)
    close(descriptor)
    var decoder = try FrameDecoder()
    let error = failure { () throws(DatasetError) in _ = try train.images(ofFrame: 6, with: &decoder) }
    guard case .storage(.damaged(shard, .damagedFrame)) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(try train.images(ofFrame: 5, with: &decoder) == Array(small.trainImages[(18 * 6)..<(20 * 6)]))
  }
}
