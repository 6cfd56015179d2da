/// What a group of an HDF5 file is to hold.
struct HDF5Group {
  indirect enum Member {
    case group(HDF5Group)
    /// 32-bit numbers, row-major; as many as the extents' product.
    case floats(shape: [Int], values: [Float])
  }

  enum Attribute {
    case text(String)
    case texts([String])
  }

  private(set) var attributes: [(name: String, value: Attribute)] = []
  private(set) var members: [(name: String, value: Member)] = []

  mutating func set(_ name: String, _ text: String) { attributes.append((name, .text(text))) }

  /// A list of texts; spread over `name0`, `name1`, … where it exceeds what HDF5 keeps with a group, as Keras does.
  mutating func set(_ name: String, _ texts: [String]) {
    guard texts.count > Self.mostTexts else { return attributes.append((name, .texts(texts))) }
    for (number, start) in stride(from: 0, to: texts.count, by: Self.mostTexts).enumerated() {
      let part = Array(texts[start..<min(start + Self.mostTexts, texts.count)])
      attributes.append(("\(name)\(number)", .texts(part)))
    }
  }

  mutating func add(_ name: String, _ member: Member) { members.append((name, member)) }

  /// An object header holds 64 kB at most; Keras keeps to 64,512 bytes. A text takes 16, wherever it is itself.
  private static let mostTexts = 64_512 / 16
}
