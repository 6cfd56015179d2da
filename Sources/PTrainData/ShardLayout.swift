import PTrainCore
import PTrainStorage

/// How a shard's samples lie in its zstd frames.
///
/// A shard is a safetensors file with the tensors `labels`, I32 `[count]`, and `images`, U8
/// `[count, …sampleShape]`. Frame 0 holds the header and the labels; each further frame holds
/// `rowsPerFrame` images, the last what is left, so that any frame can be decoded alone.
struct ShardLayout: Equatable {
  let count: Int
  let sampleShape: Shape
  let rowsPerFrame: Int

  var sampleBytes: Int { sampleShape.elementCount }

  /// The samples of each image frame, numbered from the shard's first.
  var rows: [Range<Int>] {
    stride(from: 0, to: count, by: rowsPerFrame).map { $0..<min($0 + rowsPerFrame, count) }
  }

  /// The header that such a shard begins with.
  func header() throws(StorageError) -> SafetensorsHeader {
    var header = SafetensorsHeader()
    do {
      try header.append("labels", .i32, Shape([count]))
      try header.append("images", .u8, Shape([count] + sampleShape.dimensions))
    } catch let error as StorageError {
      throw error
    } catch {
      throw .malformedHeader(found: "\(count) samples of shape \(sampleShape)", expected: "fewer than 2^63 bytes")
    }
    return header
  }
}
