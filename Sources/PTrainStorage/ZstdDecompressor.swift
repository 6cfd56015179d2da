import CZstd

/// Decompresses zstd frames of known size, with a context that is used again and again.
///
/// It belongs to one thread at a time.
package struct ZstdDecompressor: ~Copyable {
  private let context: OpaquePointer

  package init() throws(StorageError) {
    guard let context = ZSTD_createDCtx() else { throw .outOfMemory(byteCount: 1 << 17) }
    self.context = context
    ZSTD_DCtx_setParameter(context, ZSTD_d_windowLogMax, ZstdFrame.maximumWindowLog)
  }

  deinit {
    ZSTD_freeDCtx(context)
  }

  /// Decompresses one whole `frame`; its checksum is verified.
  ///
  /// - Parameter content: overwritten; must have exactly the size that the frame's header states.
  /// - Complexity: O(content); allocates nothing.
  package borrowing func decompress(
    frame: UnsafeRawBufferPointer, into content: UnsafeMutableRawBufferPointer
  ) throws(StorageError) {
    let header = try ZstdFrame(at: frame)
    guard !header.isSkippable, header.compressedBytes == frame.count else {
      throw .damagedFrame(
        found: "a frame of \(header.compressedBytes) bytes", expected: "one content frame of \(frame.count) bytes")
    }
    guard header.contentBytes == UInt64(content.count) else {
      throw .damagedFrame(
        found: "a frame with \(header.contentBytes) bytes of content", expected: "\(content.count) bytes")
    }
    let size = ZSTD_decompressDCtx(context, content.baseAddress, content.count, frame.baseAddress, frame.count)
    guard ZSTD_isError(size) == 0, size == content.count else {
      let reason = ZSTD_isError(size) == 0 ? "\(size) bytes" : String(cString: ZSTD_getErrorName(size))
      throw .damagedFrame(found: "a zstd frame that fails with '\(reason)'", expected: "an intact frame")
    }
  }

  /// Decompresses one whole `frame` into a new array.
  ///
  /// - Throws: ``StorageError/contentTooLarge(byteCount:limit:)`` before anything is allocated.
  package borrowing func decompress(frame: UnsafeRawBufferPointer, limit: Int) throws(StorageError) -> [UInt8] {
    let contentBytes = try ZstdFrame(at: frame).contentBytes
    guard let count = Int(exactly: contentBytes), count <= limit else {
      throw .contentTooLarge(byteCount: contentBytes, limit: limit)
    }
    return try [UInt8].filled(capacity: count) { content throws(StorageError) in
      try decompress(frame: frame, into: content)
      return count
    }
  }
}

extension [UInt8] {
  /// An array of at most `capacity` bytes, not zeroed first; `fill` returns how many it wrote.
  package static func filled(
    capacity: Int, _ fill: (UnsafeMutableRawBufferPointer) throws(StorageError) -> Int
  ) throws(StorageError) -> [UInt8] {
    // The initializer rethrows untyped, so the error takes this way around it.
    var failure: StorageError?
    let bytes = [UInt8](unsafeUninitializedCapacity: capacity) { buffer, count in
      do throws(StorageError) {
        count = try fill(UnsafeMutableRawBufferPointer(start: buffer.baseAddress, count: capacity))
      } catch {
        failure = error
      }
    }
    if let failure { throw failure }
    return bytes
  }
}
