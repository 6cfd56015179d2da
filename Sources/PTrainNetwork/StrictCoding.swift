/// A key of any name, to see which keys there are.
struct AnyKey: CodingKey {
  let stringValue: String
  var intValue: Int? { nil }

  init(stringValue: String) { self.stringValue = stringValue }
  init?(intValue: Int) { nil }
}

extension Decoder {
  /// A container that has no other keys than `Key`'s `allowed` ones: what is not understood is refused,
  /// not skipped, because it would change what the model computes.
  func strictContainer<Key: CodingKey>(_ allowed: [Key]) throws -> KeyedDecodingContainer<Key> {
    let names = Set(allowed.map(\.stringValue))
    let found = try container(keyedBy: AnyKey.self).allKeys
    if let foreign = found.map(\.stringValue).sorted().first(where: { !names.contains($0) }) {
      throw DecodingError.dataCorrupted(
        .init(codingPath: codingPath, debugDescription: "unknown key \"\(foreign)\"; known are \(names.sorted())"))
    }
    return try container(keyedBy: Key.self)
  }

  /// An error for a `type` that is none of `known`.
  func unknownType(_ type: String, known: [String]) -> DecodingError {
    .dataCorrupted(
      .init(codingPath: codingPath, debugDescription: "unknown type \"\(type)\"; known are \(known)"))
  }
}
