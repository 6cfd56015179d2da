import PTrainCore

extension SafetensorsHeader {
  /// The header's bytes, length first: metadata by key, tensors by place, padded with spaces to a
  /// multiple of 8. The same header gives the same bytes.
  package func serialised() -> [UInt8] {
    var members = tensors.map { Self.quoted($0.name) + ":" + Self.object($0) }
    if !metadata.isEmpty {
      let pairs = metadata.sorted { $0.key < $1.key }.map { Self.quoted($0.key) + ":" + Self.quoted($0.value) }
      members.insert("\"\(Self.metadataKey)\":{" + pairs.joined(separator: ",") + "}", at: 0)
    }
    var text = Array(("{" + members.joined(separator: ",") + "}").utf8)
    text += repeatElement(UInt8(ascii: " "), count: (8 - text.count % 8) % 8)
    return withUnsafeBytes(of: UInt64(text.count).littleEndian) { Array($0) } + text
  }

  private static func object(_ tensor: Tensor) -> String {
    let shape = tensor.shape.dimensions.map(String.init).joined(separator: ",")
    let offsets = "\(tensor.range.lowerBound),\(tensor.range.upperBound)"
    return #"{"dtype":"\#(tensor.type.rawValue)","shape":[\#(shape)],"data_offsets":[\#(offsets)]}"#
  }

  /// `text` as a JSON string.
  private static func quoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"", "\\": result += "\\\(scalar)"
      case "\u{0}"..<"\u{20}":
        let digits = String(scalar.value, radix: 16)
        result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }
}
