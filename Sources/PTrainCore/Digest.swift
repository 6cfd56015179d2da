import Crypto

/// The SHA-256 of something, as 64 lower-case hexadecimal digits.
public struct Digest: Hashable, Sendable, Codable, CustomStringConvertible {
  public let hexadecimal: String

  /// Hashes `bytes`.
  package init(of bytes: UnsafeRawBufferPointer) {
    hexadecimal = Digest.hexadecimal(SHA256.hash(data: bytes))
  }

  package init(of bytes: some Sequence<UInt8>) {
    hexadecimal = Digest.hexadecimal(SHA256.hash(data: Array(bytes)))
  }

  /// - Returns: `nil` unless `hexadecimal` is 64 lower-case hexadecimal digits.
  public init?(hexadecimal: String) {
    let digits = hexadecimal.utf8
    let isDigit = { (byte: UInt8) in (48...57).contains(byte) || (97...102).contains(byte) }
    guard digits.count == 64, digits.allSatisfy(isDigit) else { return nil }
    self.hexadecimal = hexadecimal
  }

  public var description: String { hexadecimal }

  /// The 32 bytes.
  package var bytes: [UInt8] {
    let value = { (digit: UInt8) -> UInt8 in digit < 58 ? digit - 48 : digit - 87 }
    let digits = Array(hexadecimal.utf8)
    return stride(from: 0, to: digits.count, by: 2).map { value(digits[$0]) << 4 | value(digits[$0 + 1]) }
  }

  private static func hexadecimal(_ digest: SHA256.Digest) -> String {
    let digits = Array("0123456789abcdef".utf8)
    var text: [UInt8] = []
    for byte in digest { text += [digits[Int(byte >> 4)], digits[Int(byte & 15)]] }
    return String(decoding: text, as: UTF8.self)
  }
}

extension Digest {
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    guard let digest = Digest(hexadecimal: try container.decode(String.self)) else {
      throw DecodingError.dataCorruptedError(in: container, debugDescription: "not 64 hexadecimal digits")
    }
    self = digest
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(hexadecimal)
  }
}
