import CZstd

/// Compresses bytes into zstd frames that state their content's size and carry a checksum.
///
/// One thread and a fixed level: the same pieces give the same bytes with the same libzstd.
package struct ZstdCompressor: ~Copyable {
  /// Fast; for checkpoints, whose random low bits hardly compress.
  package static let checkpointLevel: Int32 = 3

  private let context: OpaquePointer

  package init(level: Int32) throws(StorageError) {
    guard let context = ZSTD_createCCtx() else { throw .outOfMemory(byteCount: 1 << 17) }
    self.context = context
    let parameters = [
      ZSTD_CCtx_setParameter(context, ZSTD_c_compressionLevel, level),
      ZSTD_CCtx_setParameter(context, ZSTD_c_checksumFlag, 1),
      ZSTD_CCtx_setParameter(context, ZSTD_c_contentSizeFlag, 1),
    ]
    precondition(parameters.allSatisfy { ZSTD_isError($0) == 0 }, "libzstd refuses its own parameters")
  }

  deinit {
    ZSTD_freeCCtx(context)
  }

  /// One frame whose content is `pieces`, one after the other.
  package borrowing func compress(_ pieces: [UnsafeRawBufferPointer]) throws(StorageError) -> [UInt8] {
    let contentBytes = pieces.reduce(0) { $0 + $1.count }
    ZSTD_CCtx_reset(context, ZSTD_reset_session_only)
    ZSTD_CCtx_setPledgedSrcSize(context, UInt64(contentBytes))
    return try [UInt8].filled(capacity: ZSTD_compressBound(contentBytes)) { buffer throws(StorageError) in
      var output = ZSTD_outBuffer(dst: buffer.baseAddress, size: buffer.count, pos: 0)
      for piece in pieces { try feed(piece, ZSTD_e_continue, to: &output) }
      try feed(UnsafeRawBufferPointer(start: nil, count: 0), ZSTD_e_end, to: &output)
      return output.pos
    }
  }

  private borrowing func feed(
    _ piece: UnsafeRawBufferPointer, _ mode: ZSTD_EndDirective, to output: inout ZSTD_outBuffer
  ) throws(StorageError) {
    var input = ZSTD_inBuffer(src: piece.baseAddress, size: piece.count, pos: 0)
    var remaining = 0
    repeat {
      remaining = ZSTD_compressStream2(context, &output, &input, mode)
      // The output has room for the worst case, so the only failure left is memory.
      guard ZSTD_isError(remaining) == 0 else { throw .outOfMemory(byteCount: output.size) }
    } while mode == ZSTD_e_end ? remaining > 0 : input.pos < input.size
  }
}
