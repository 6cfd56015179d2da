/// What a group of an HDF5 file is to hold.
struct HDF5Group {
  private(set) var attributes: [HDF5GroupAttribute] = []
  private(set) var members: [HDF5Member] = []

  mutating func set(_ name: String, _ text: String) {
    attributes.append(HDF5GroupAttribute(name: name, texts: [text], isList: false))
  }

  /// A list of texts; spread over `name0`, `name1`, … where it exceeds what HDF5 keeps with a group, as Keras does.
  mutating func set(_ name: String, _ texts: [String]) {
    guard texts.count > Self.mostTexts else {
      return attributes.append(HDF5GroupAttribute(name: name, texts: texts, isList: true))
    }
    for (number, start) in stride(from: 0, to: texts.count, by: Self.mostTexts).enumerated() {
      let part = Array(texts[start..<min(start + Self.mostTexts, texts.count)])
      attributes.append(HDF5GroupAttribute(name: "\(name)\(number)", texts: part, isList: true))
    }
  }

  mutating func add(_ name: String, _ group: HDF5Group) {
    members.append(HDF5Member(name: name, content: .group(group)))
  }

  mutating func add(_ name: String, _ array: HDF5Array) {
    members.append(HDF5Member(name: name, content: .array(array)))
  }

  /// An object header holds 64 kB at most; Keras keeps to 64,512 bytes. A text takes 16, wherever it is itself.
  private static let mostTexts = 64_512 / 16
}

/// A text, or a list of texts, that stands with a group.
struct HDF5GroupAttribute {
  let name: String
  let texts: [String]
  let isList: Bool
}

/// 32-bit numbers, row-major; as many as the product of the extents.
struct HDF5Array {
  let shape: [Int]
  let values: [Float]
}

/// What a group holds under a name.
struct HDF5Member {
  indirect enum Content {
    case group(HDF5Group)
    case array(HDF5Array)
  }

  let name: String
  let content: Content
}
