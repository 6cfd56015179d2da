import FoundationEssentials
import PTrainCore
import PTrainStorage

extension DatasetDescription {
  /// The data set's identity: the SHA-256 of the description as JSON with sorted keys and no white space,
  /// without the key `root`. It covers each shard through the shard's own SHA-256.
  var root: Digest {
    get throws(DatasetError) { Digest(of: try Self.encoded(self, [])) }
  }

  /// The content of `dataset.json`.
  func file() throws(DatasetError) -> [UInt8] {
    try Self.encoded(Rooted(description: self, root: root), .prettyPrinted) + [UInt8(ascii: "\n")]
  }

  private static func encoded(
    _ value: some Encodable, _ formatting: JSONEncoder.OutputFormatting
  ) throws(DatasetError) -> [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [formatting, .sortedKeys, .withoutEscapingSlashes]
    do {
      return Array(try encoder.encode(value))
    } catch {
      throw .malformedDescription(file: fileName, found: "\(error)", expected: "a description that JSON can hold")
    }
  }

  /// Reads and checks the `dataset.json` in `folder`.
  static func read(folder: String) throws(DatasetError) -> (description: DatasetDescription, root: Digest) {
    let path = "\(folder)/\(fileName)"
    let bytes: [UInt8]
    do throws(StorageError) {
      bytes = try DurableFile.read(path, limit: maximumFileBytes)
    } catch {
      if case .missing(_, let reason) = error { throw .notADataset(folder: folder, reason: reason) }
      throw .storage(error)
    }
    try checkFormat(of: bytes, path)
    let rooted: Rooted = try decoded(bytes, path)
    do throws(Fault) {
      try rooted.description.validate()
    } catch {
      throw .malformedDescription(file: path, found: error.found, expected: error.expected)
    }
    guard try rooted.description.root == rooted.root else {
      throw .malformedDescription(
        file: path, found: "statements that do not match its root hash \(rooted.root)", expected: "an unaltered file")
    }
    return (rooted.description, rooted.root)
  }

  private static let maximumFileBytes = 1 << 26

  /// The version is read first: a later one may have other keys.
  private static func checkFormat(of bytes: [UInt8], _ path: String) throws(DatasetError) {
    let head: Head = try decoded(bytes, path)
    guard head.format == format else {
      throw .malformedDescription(file: path, found: "the format '\(head.format)'", expected: "'\(format)'")
    }
    guard head.version == version else {
      throw .unknownVersion(file: path, found: "version \(head.version)", expected: "version \(version)")
    }
  }

  private static func decoded<Value: Decodable>(_ bytes: [UInt8], _ path: String) throws(DatasetError) -> Value {
    do {
      return try JSONDecoder().decode(Value.self, from: Data(bytes))
    } catch {
      throw .malformedDescription(file: path, found: reason(error), expected: "the description of a data set")
    }
  }

  /// What is wrong, and at which key.
  private static func reason(_ error: any Error) -> String {
    guard let error = error as? DecodingError else { return (error as? ShapeError)?.diagnosis.found ?? "\(error)" }
    switch error {
    case .keyNotFound(let key, _): return "no key '\(key.stringValue)'"
    case .typeMismatch(_, let context), .valueNotFound(_, let context), .dataCorrupted(let context):
      let keys = context.codingPath.map { $0.intValue.map(String.init) ?? $0.stringValue }
      return keys.isEmpty ? "text that is not JSON" : "at \(keys.joined(separator: ".")): \(context.debugDescription)"
    @unknown default: return "\(error)"
    }
  }

  private struct Head: Decodable {
    let format: String
    let version: Int
  }

  /// A description and its root hash, in one JSON object.
  private struct Rooted: Codable {
    let description: DatasetDescription
    let root: Digest

    enum Key: CodingKey { case root }

    init(description: DatasetDescription, root: Digest) {
      self.description = description
      self.root = root
    }

    init(from decoder: any Decoder) throws {
      description = try DatasetDescription(from: decoder)
      root = try decoder.container(keyedBy: Key.self).decode(Digest.self, forKey: .root)
    }

    func encode(to encoder: any Encoder) throws {
      try description.encode(to: encoder)
      var container = encoder.container(keyedBy: Key.self)
      try container.encode(root, forKey: .root)
    }
  }
}
