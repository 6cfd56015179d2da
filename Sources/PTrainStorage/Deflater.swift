import CZlib

/// Deflates bytes in one go, without framing. The same bytes and level give the same result with the same zlib.
enum Deflater {
  /// - Parameter bytes: fewer than 2³², as zlib counts.
  static func deflated(_ bytes: [UInt8], level: Int32) throws(StorageError) -> [UInt8] {
    try bytes.scoped { bytes throws(StorageError) in try deflated(bytes, level: level) }
  }

  private static func deflated(_ bytes: UnsafeRawBufferPointer, level: Int32) throws(StorageError) -> [UInt8] {
    guard let count = UInt32(exactly: bytes.count) else {
      throw .contentTooLarge(byteCount: UInt64(bytes.count), limit: Int(UInt32.max))
    }
    var stream = z_stream()
    // The parameters are sound, so the only failure is memory.
    guard ptrain_deflate_init_raw(&stream, level) == Z_OK else { throw .outOfMemory(byteCount: 1 << 18) }
    defer { deflateEnd(&stream) }
    stream.next_in = UnsafeMutableRawPointer(mutating: bytes.baseAddress)?.assumingMemoryBound(to: UInt8.self)
    stream.avail_in = count
    let bound = Int(deflateBound(&stream, UInt(count)))
    return try [UInt8].filled(capacity: bound) { output throws(StorageError) in
      try finish(&stream, into: output)
    }
  }

  /// Deflates all of the input into `output`, which has room for the worst case, and returns the count.
  private static func finish(
    _ stream: inout z_stream, into output: UnsafeMutableRawBufferPointer
  ) throws(StorageError) -> Int {
    var done = 0
    var status = Z_OK
    while status == Z_OK && done < output.count {
      let space = min(output.count - done, 1 << 30)
      stream.next_out = output.baseAddress?.advanced(by: done).assumingMemoryBound(to: UInt8.self)
      stream.avail_out = UInt32(space)
      status = deflate(&stream, Z_FINISH)
      done += space - Int(stream.avail_out)
    }
    guard status == Z_STREAM_END else { throw .outOfMemory(byteCount: output.count) }
    return done
  }
}
