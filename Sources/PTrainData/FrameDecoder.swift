import PTrainStorage

/// Reads and decodes frames, with memory that is used again for each. It belongs to one thread at a time.
package struct FrameDecoder: ~Copyable {
  private let decompressor: ZstdDecompressor
  /// The frame as it lies in the file; grows to the largest one met.
  private var compressed = UnsafeMutableRawBufferPointer(start: nil, count: 0)

  /// - Throws: ``DatasetError/storage(_:)`` if there is no memory for it.
  package init() throws(DatasetError) {
    decompressor = try DatasetError.storing { () throws(StorageError) in try ZstdDecompressor() }
  }

  deinit {
    compressed.deallocate()
  }

  mutating func decode(
    _ file: ReadableFile, at offset: Int, byteCount: Int, into content: UnsafeMutableRawBufferPointer
  ) throws(StorageError) {
    if compressed.count < byteCount {
      compressed.deallocate()
      compressed = .allocate(byteCount: byteCount, alignment: 16)
    }
    let frame = UnsafeMutableRawBufferPointer(rebasing: compressed[..<byteCount])
    try file.read(at: offset, into: frame)
    try decompressor.decompress(frame: UnsafeRawBufferPointer(frame), into: content)
  }
}
