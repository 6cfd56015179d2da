import CZstd

/// What the header of a zstd frame says, read before anything is allocated (RFC 8878, section 3.1).
package struct ZstdFrame: Equatable, Sendable {
  /// Bytes of the whole frame as it lies in the file.
  package let compressedBytes: Int
  /// Bytes of its content; 0 for a skippable frame.
  package let contentBytes: UInt64
  package let isSkippable: Bool

  /// The largest window that is accepted: 2²⁷ bytes, what the `zstd` tool accepts by default.
  package static let maximumWindowLog: Int32 = 27

  /// Reads the frame that `bytes` begins with; more may follow it.
  ///
  /// - Throws: ``StorageError/damagedFrame(found:expected:)`` if the frame is not whole, lacks its
  ///   content size or its checksum, sets a reserved bit or needs a dictionary.
  package init(at bytes: UnsafeRawBufferPointer) throws(StorageError) {
    guard bytes.count >= 8 else {
      throw .damagedFrame(found: "\(bytes.count) bytes", expected: "a zstd frame")
    }
    let magic = UInt32(littleEndian: bytes.loadUnaligned(as: UInt32.self))
    isSkippable = magic & 0xFFFF_FFF0 == 0x184D_2A50
    guard isSkippable || magic == 0xFD2F_B528 else {
      throw .damagedFrame(found: "the magic number 0x\(String(magic, radix: 16))", expected: "a zstd frame")
    }
    if !isSkippable { try Self.check(descriptor: bytes[4]) }
    let size = ZSTD_findFrameCompressedSize(bytes.baseAddress, bytes.count)
    guard ZSTD_isError(size) == 0 else {
      throw .damagedFrame(found: "a frame that is cut short or altered", expected: "a whole zstd frame")
    }
    compressedBytes = size
    contentBytes = try isSkippable ? 0 : Self.contentBytes(of: bytes)
  }

  /// The frame header descriptor: content size flag (bits 7–6), single segment (5), unused (4),
  /// reserved (3), checksum (2), dictionary (1–0). zstd itself ignores the unused bit, so that a flip of
  /// it would go unseen.
  private static func check(descriptor: UInt8) throws(StorageError) {
    guard descriptor & 0b0001_1011 == 0, descriptor & 0b0000_0100 != 0 else {
      throw .damagedFrame(
        found: "the zstd frame descriptor 0b\(String(descriptor, radix: 2))",
        expected: "a checksum, no dictionary and no reserved bits")
    }
  }

  private static func contentBytes(of bytes: UnsafeRawBufferPointer) throws(StorageError) -> UInt64 {
    let size = ZSTD_getFrameContentSize(bytes.baseAddress, bytes.count)
    guard size != ptrain_zstd_content_size_unknown(), size != ptrain_zstd_content_size_error() else {
      throw .damagedFrame(found: "a zstd frame without its content's size", expected: "a frame that states it")
    }
    return size
  }

  /// The frames that `bytes` consists of, to its last byte.
  package static func all(in bytes: UnsafeRawBufferPointer) throws(StorageError) -> [ZstdFrame] {
    var frames: [ZstdFrame] = []
    var offset = 0
    while offset < bytes.count {
      let frame = try ZstdFrame(at: UnsafeRawBufferPointer(rebasing: bytes[offset...]))
      frames.append(frame)
      offset += frame.compressedBytes
    }
    return frames
  }
}
