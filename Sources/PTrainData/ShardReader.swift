import PTrainCore
import PTrainStorage

/// An open shard. Its SHA-256, its structure and its labels were verified when it was opened; the checksum
/// of a frame is verified whenever the frame is decoded. Threads may share it.
package final class ShardReader: Sendable {
  /// Where an image frame lies in the file.
  private struct Frame {
    let offset: Int
    let compressedBytes: Int
    let rows: Range<Int>
  }

  package let count: Int
  /// Of each sample, in `0..<classCount`.
  package let labels: [Int32]
  package var frameCount: Int { frames.count }

  private let file: ReadableFile
  private let frames: [Frame]
  private let sampleBytes: Int

  /// The number of its first sample in the split.
  private let firstSample: Int

  /// Opens the file that `shard` describes and verifies it, reading it once from end to end.
  ///
  /// - Parameter firstSample: the number of its first sample in the split, for messages.
  package init(
    folder: String, shard: DatasetDescription.Shard, of description: DatasetDescription, firstSample: Int = 0
  ) throws(DatasetError) {
    let path = "\(folder)/\(shard.file)"
    let layout = ShardLayout(
      count: shard.count, sampleShape: description.sampleShape, rowsPerFrame: description.rowsPerFrame)
    let file = try DatasetError.storing { () throws(StorageError) in try ReadableFile(path) }
    guard file.byteCount == shard.bytes else {
      throw .malformedShard(file: path, found: "\(file.byteCount) bytes", expected: "\(shard.bytes)")
    }
    let bytes = try DatasetError.storing { () throws(StorageError) in try file.readAll(limit: shard.bytes) }
    guard bytes.withUnsafeBytes(Digest.init(of:)) == shard.sha256 else {
      let rows = Self.alteredRows(bytes, layout)
      throw .malformedShard(
        file: path, found: "content altered, which holds \(Self.samples(rows, after: firstSample))",
        expected: "the SHA-256 \(shard.sha256)")
    }
    do {
      (labels, frames) = try bytes.scoped { bytes throws(StorageError) in try Self.parse(bytes, layout) }
    } catch {
      throw .storage(.damaged(file: path, fault: error))
    }
    if let sample = labels.firstIndex(where: { $0 < 0 || $0 >= description.classCount }) {
      throw .labelOutOfRange(
        label: Int(labels[sample]), sample: sample, classCount: description.classCount, file: path)
    }
    count = shard.count
    sampleBytes = layout.sampleBytes
    self.file = file
    self.firstSample = firstSample
  }

  private static func samples(_ rows: Range<Int>, after firstSample: Int) -> String {
    "samples \(firstSample + rows.lowerBound) to \(firstSample + rows.upperBound - 1)"
  }

  /// The samples of the first frame that doesn't decode; all, if that is the frame of labels or can't be told.
  private static func alteredRows(_ bytes: [UInt8], _ layout: ShardLayout) -> Range<Int> {
    let all = 0..<layout.count
    let found = try? bytes.scoped { bytes throws(StorageError) -> Range<Int>? in
      let decompressor = try ZstdDecompressor()
      return try parse(bytes, layout).frames.first { frame in
        let frameBytes = bytes[frame.offset..<(frame.offset + frame.compressedBytes)]
        let limit = frame.rows.count * layout.sampleBytes
        return (try? decompressor.decompress(frame: UnsafeRawBufferPointer(rebasing: frameBytes), limit: limit)) == nil
      }?.rows
    }
    return (found ?? nil) ?? all
  }

  private static func parse(
    _ bytes: UnsafeRawBufferPointer, _ layout: ShardLayout
  ) throws(StorageError) -> (labels: [Int32], frames: [Frame]) {
    let all = try ZstdFrame.all(in: bytes)
    let rows = layout.rows
    guard all.count == rows.count + 1 else {
      throw .damagedFrame(found: "\(all.count) frames", expected: "\(rows.count + 1)")
    }
    var offset = all[0].compressedBytes
    var frames: [Frame] = []
    for (frame, rows) in zip(all.dropFirst(), rows) {
      let expected = UInt64(rows.count * layout.sampleBytes)
      guard frame.contentBytes == expected else {
        throw .damagedFrame(found: "a frame of \(frame.contentBytes) bytes", expected: "\(expected) bytes")
      }
      frames.append(Frame(offset: offset, compressedBytes: frame.compressedBytes, rows: rows))
      offset += frame.compressedBytes
    }
    return (try labels(UnsafeRawBufferPointer(rebasing: bytes[..<all[0].compressedBytes]), layout), frames)
  }

  /// The labels of frame 0, whose header must be the layout's, in any spelling.
  private static func labels(_ frame: UnsafeRawBufferPointer, _ layout: ShardLayout) throws(StorageError) -> [Int32] {
    let expected = try layout.header()
    let labelBytes = 4 * layout.count
    // Room for another spelling and some metadata.
    let content = try ZstdDecompressor().decompress(frame: frame, limit: labelBytes + (1 << 16))
    return try content.scoped { content throws(StorageError) in
      let headerBytes = try SafetensorsHeader.headerBytes(of: content)
      let fileBytes = headerBytes.addingReportingOverflow(expected.payloadBytes)
      guard !fileBytes.overflow, content.count == headerBytes + labelBytes else {
        throw .malformedHeader(found: "\(content.count) bytes with labels", expected: "\(headerBytes + labelBytes)")
      }
      let header = try SafetensorsHeader(parsing: content, fileBytes: fileBytes.partialValue)
      guard header.tensors == expected.tensors else {
        throw .malformedHeader(
          found: "the tensors " + header.tensors.map { "\($0.name) \($0.kind)" }.joined(separator: ", "),
          expected: expected.tensors.map { "\($0.name) \($0.kind)" }.joined(separator: ", "))
      }
      return (0..<layout.count).map {
        Int32(littleEndian: content.loadUnaligned(fromByteOffset: headerBytes + 4 * $0, as: Int32.self))
      }
    }
  }

  /// The samples of image frame `frame`, numbered from the shard's first.
  package func rows(of frame: Int) -> Range<Int> { frames[frame].rows }

  /// Reads image frame `frame` and decodes it into `images`, `[rows, sampleBytes]`; overwritten.
  ///
  /// - Precondition: `images` has exactly the size of the frame's rows.
  package func decode(
    _ frame: Int, with decoder: inout FrameDecoder, into images: UnsafeMutableRawBufferPointer
  ) throws(DatasetError) {
    let frame = frames[frame]
    precondition(images.count == frame.rows.count * sampleBytes, "\(images.count) bytes for rows \(frame.rows)")
    do throws(StorageError) {
      try decoder.decode(file, at: frame.offset, byteCount: frame.compressedBytes, into: images)
    } catch {
      if case .damagedFrame(let found, let expected) = error {
        let fault = StorageError.damagedFrame(
          found: "\(found), with \(Self.samples(frame.rows, after: firstSample))", expected: expected)
        throw .storage(.damaged(file: file.path, fault: fault))
      }
      throw .storage(error)
    }
  }
}
