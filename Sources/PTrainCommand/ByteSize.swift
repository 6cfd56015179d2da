/// A number of bytes as people write it: `8MB`, `512KiB`, `1.5GB`, `4096`.
///
/// `KB`, `MB`, `GB`, `TB` are powers of 1000; `KiB`, `MiB`, `GiB`, `TiB` powers of 1024; `B` or no unit is bytes.
/// Upper and lower case count the same.
package struct ByteSize: Equatable, Sendable, CustomStringConvertible {
  package let bytes: Int

  package init(bytes: Int) {
    self.bytes = bytes
  }

  /// - Returns: `nil` for what is not a number of 0 or more with one of the units, for a part of a byte, and for
  ///   sizes of 2^53 bytes and more.
  package init?(_ text: String) {
    let number = text.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
    let unit = text.dropFirst(number.count).lowercased()
    guard let factor = Self.factors[unit], number.last != ".", let value = Double(number) else { return nil }
    let product = value * Double(factor)
    guard product < 0x1p53, product == product.rounded() else { return nil }
    bytes = Int(product)
  }

  /// The largest unit that leaves a whole number.
  package var description: String {
    let units = [("TB", 1_000_000_000_000), ("GB", 1_000_000_000), ("MB", 1_000_000), ("KB", 1000)]
    for (unit, factor) in units where bytes >= factor && bytes % factor == 0 { return "\(bytes / factor)\(unit)" }
    return "\(bytes)B"
  }

  private static let factors: [String: Int] = [
    "": 1, "b": 1,
    "kb": 1000, "mb": 1_000_000, "gb": 1_000_000_000, "tb": 1_000_000_000_000,
    "kib": 1 << 10, "mib": 1 << 20, "gib": 1 << 30, "tib": 1 << 40,
  ]
}
