import PTrainCore

/// The last bytes of a ``SealedArchive``: a skippable zstd frame with the SHA-256 of all before it.
///
/// zstd's own checksum has 32 bits and leaves the frame's header out; this one sees every flip.
enum ArchiveSeal {
  /// Magic number 0x184D2A5E, 45 bytes of content, of which the first 13 are a name.
  static let prefix: [UInt8] = [0x5E, 0x2A, 0x4D, 0x18, 45, 0, 0, 0] + Array("ptrain-sha256".utf8)
  static let byteCount = 53

  /// The seal of `bytes`.
  static func seal(_ bytes: UnsafeRawBufferPointer) -> [UInt8] {
    prefix + Digest(of: bytes).bytes
  }

  /// The bytes that the seal at the end of `file` stands for.
  ///
  /// - Throws: ``StorageError/brokenSeal(found:expected:)``.
  static func verified(_ file: UnsafeRawBufferPointer) throws(StorageError) -> UnsafeRawBufferPointer {
    let expected = "an archive of ptrain, whole and unaltered"
    guard file.count > byteCount else {
      throw .brokenSeal(found: "\(file.count) bytes", expected: expected)
    }
    let sealed = UnsafeRawBufferPointer(rebasing: file[..<(file.count - byteCount)])
    let end = file[sealed.count...]
    guard end.starts(with: prefix) else {
      throw .brokenSeal(found: "no seal at its end", expected: expected)
    }
    guard end.elementsEqual(seal(sealed)) else {
      throw .brokenSeal(found: "content that its SHA-256 does not match", expected: expected)
    }
    return sealed
  }
}
