import Foundation
import PTrainCore
import Testing

/// What `Fixtures/make_keras_reference.py` stored, and the formulas by which it made its samples and
/// initial weights.
struct KerasReference {
  private struct Entry: Decodable {
    let dtype: String
    let shape: [Int]
    let dataOffsets: [Int]

    enum CodingKeys: String, CodingKey {
      case dtype, shape
      case dataOffsets = "data_offsets"
    }
  }

  private let entries: [String: Entry]
  private let data: Data

  /// Reads the fixture, a safetensors file: the header's length in 8 bytes, the header, the data.
  init() throws {
    let url = try #require(Bundle.module.url(forResource: "Fixtures/keras_reference", withExtension: "safetensors"))
    let file = try Data(contentsOf: url)
    let length = file.prefix(8).reversed().reduce(0) { $0 << 8 | Int($1) }
    entries = try JSONDecoder().decode([String: Entry].self, from: file[8..<(8 + length)])
    data = Data(file[(8 + length)...])
  }

  /// The `Float`s called `name`.
  func values(_ name: String) throws -> [Float] {
    let entry = try #require(entries[name])
    try #require(entry.dtype == "F32" && entry.shape.count == 1)
    return stride(from: entry.dataOffsets[0], to: entry.dataOffsets[1], by: 4).map { offset in
      Float(bitPattern: data[offset..<(offset + 4)].reversed().reduce(0) { $0 << 8 | UInt32($1) })
    }
  }

  /// `mixed` of the script.
  private static func mixed(_ index: Int) -> UInt32 {
    var h = UInt32(truncatingIfNeeded: index &* 2_654_435_761)
    h ^= h >> 15
    h = h &* 2_246_822_519
    return h ^ (h >> 13)
  }

  static func label(_ sample: Int) -> Int { sample * 7 % 10 }

  /// Element `column` of sample `sample`.
  static func pixel(_ sample: Int, _ column: Int, inputs: Int) -> UInt8 {
    let h = mixed(sample * inputs + column)
    let isOwn = column % 10 == label(sample) && (h >> 10) & 1 == 0
    let noise = (h >> 8) & 3 == 0 ? h & 0xFF : 0
    return UInt8(isOwn ? 200 + (h & 31) : noise)
  }

  /// Initial values of parameter number `parameter`: weights within Glorot's limit, biases within 0.1.
  static func initial(_ parameter: Int, _ shape: Shape) -> [Float] {
    let fans = shape.dimensions.reduce(0, +)
    let limit = shape.dimensions.count == 2 ? (6 / Double(fans)).squareRoot() : 0.1
    return (0..<shape.elementCount).map { index in
      let h = mixed(index + 1_000_003 * (parameter + 1))
      return (Float(h >> 8) * 0x1p-24 - 0.5) * Float(2 * limit)
    }
  }
}
