import PTrainCore

/// What `dataset.json` says about a packed data set.
public struct DatasetDescription: Codable, Equatable, Sendable {
  /// One packed file of samples.
  public struct Shard: Codable, Equatable, Sendable {
    /// Its name, in the folder of `dataset.json`.
    public let file: String
    /// Samples in it.
    public let count: Int
    /// Its size as it lies in the folder.
    public let bytes: Int
    public let sha256: Digest
  }

  /// The training samples or the test samples, in the order of their numbers.
  public struct Part: Codable, Equatable, Sendable {
    public let count: Int
    public let shards: [Shard]
  }

  /// What a stored byte means: value = byte × scale + offset.
  public struct Normalisation: Codable, Equatable, Sendable {
    public let scale: Double
    public let offset: Double

    public init(scale: Double, offset: Double) {
      self.scale = scale
      self.offset = offset
    }

    /// 0…255 becomes 0…1.
    public static let unit = Normalisation(scale: 1.0 / 255, offset: 0)
  }

  public let format: String
  public let version: Int
  public let name: String
  /// `[rows, columns]` for images; at least one dimension.
  public let sampleShape: Shape
  /// The element type of a sample, by its safetensors name; only `U8`.
  public let elementType: String
  /// Labels are `0..<classCount`.
  public let classCount: Int
  /// What each class is called, in the order of the labels; absent if they have numbers only.
  public let classNames: [String]?
  public let normalisation: Normalisation
  /// Samples in each zstd frame; the last of a shard may have fewer.
  public let rowsPerFrame: Int
  /// The seed of the order in which the training samples were packed; absent if they were left in order.
  public let shuffleSeed: UInt64?
  public let train: Part
  /// Absent if the data set has no test samples.
  public let test: Part?

  package static let format = "ptrain-dataset"
  package static let version = 1
  package static let fileName = "dataset.json"
  package static let elementType = "U8"

  /// Bytes of one sample.
  package var sampleBytes: Int { sampleShape.elementCount }

  /// What class `index` is called, or its number.
  package func className(_ index: Int) -> String {
    guard let classNames, classNames.indices.contains(index) else { return "\(index)" }
    return classNames[index]
  }
}

extension DatasetDescription {
  /// The most that a frame may hold: a reader allocates this much before it decodes.
  static let maximumFrameBytes = 1 << 28
  /// Classes are counted in an array.
  static let maximumClassCount = 1 << 24
  /// The most samples in a shard, whose labels are read at once.
  static let maximumShardCount = 1 << 24

  /// A statement that can't be true.
  struct Fault: Error, Equatable {
    let found: String
    let expected: String

    init(_ found: String, _ expected: String) {
      self.found = found
      self.expected = expected
    }
  }

  /// Checks every statement that can be checked without the shards.
  func validate() throws(Fault) {
    guard elementType == Self.elementType else { throw Fault("the element type \(elementType)", Self.elementType) }
    guard (1...Self.maximumClassCount).contains(classCount) else {
      throw Fault("\(classCount) classes", "1 to \(Self.maximumClassCount)")
    }
    guard classNames.map({ $0.count == classCount }) ?? true else {
      throw Fault("\(classNames?.count ?? 0) names of classes", "\(classCount), or none")
    }
    guard normalisation.scale.isFinite, normalisation.scale != 0, normalisation.offset.isFinite else {
      throw Fault("the normalisation \(normalisation.scale), \(normalisation.offset)", "finite numbers, scale not 0")
    }
    guard !sampleShape.dimensions.isEmpty, sampleBytes > 0 else {
      throw Fault("samples of shape \(sampleShape)", "dimensions of 1 or more")
    }
    let (frameBytes, overflow) = sampleBytes.multipliedReportingOverflow(by: rowsPerFrame)
    guard rowsPerFrame > 0, !overflow, frameBytes <= Self.maximumFrameBytes else {
      throw Fault(
        "frames of \(rowsPerFrame) samples of \(sampleBytes) bytes", "1 to \(Self.maximumFrameBytes) bytes in a frame")
    }
    try Self.validate(train, "train")
    if let test { try Self.validate(test, "test") }
    let files = (train.shards + (test?.shards ?? [])).map(\.file)
    guard Set(files).count == files.count else { throw Fault("a shard that is named twice", "distinct files") }
  }

  private static func validate(_ part: Part, _ name: String) throws(Fault) {
    var sum = 0
    for shard in part.shards {
      guard isFileName(shard.file) else { throw Fault("the file name '\(shard.file)'", "a plain name") }
      guard shard.count > 0, shard.count <= maximumShardCount, shard.bytes > 0 else {
        throw Fault("\(shard.file) with \(shard.count) samples in \(shard.bytes) bytes", "1 to 2^24 samples")
      }
      sum += shard.count
      // Sample numbers are kept in 32 bits; the test also keeps the sum from overflowing.
      guard sum <= UInt32.max else { throw Fault("more than \(UInt32.max) samples in \(name)", "fewer") }
    }
    guard part.count == sum, sum > 0 else {
      throw Fault("\(part.count) samples in \(name)", sum > 0 ? "\(sum), as in its shards" : "at least one")
    }
  }

  /// Whether `name` stays inside the folder and can be told from hidden files.
  private static func isFileName(_ name: String) -> Bool {
    !name.isEmpty && !name.hasPrefix(".") && !name.contains("..") && name.utf8.count <= 255
      && !name.utf8.contains { $0 == UInt8(ascii: "/") || $0 < 0x20 }
  }
}
