import CZlib

/// A zip archive in memory, of which nothing is ever extracted to a disk.
///
/// What is read: files that are stored or deflated, in one archive without encryption and without zip64 in its
/// directory (NumPy's zip64 sizes in front of each file may stand). See PKWARE's APPNOTE.TXT, 6.3.
package struct ZipArchive: Sendable {
  /// One file of the archive, as the directory describes it.
  package struct Entry: Equatable, Sendable {
    package let name: String
    package let method: Method
    /// Bytes of its content.
    package let byteCount: Int
    let checksum: UInt32
    /// Where its stored or deflated content lies.
    let place: Range<Int>
  }

  /// How a file's content is stored; the raw value is zip's.
  package enum Method: Int, Sendable {
    case stored = 0
    case deflated = 8
  }

  /// In the directory's order, each name once.
  package let entries: [Entry]
  private let bytes: [UInt8]

  /// The first bytes of every zip archive that holds a file.
  package static let magic: [UInt8] = [0x50, 0x4B, 3, 4]

  /// Reads the directory of the archive that `bytes` are and checks it; no content is read yet.
  ///
  /// - Parameter limit: the most bytes that all files may hold together, by what the directory says.
  /// - Throws: ``StorageError/malformedZip(found:expected:)`` or ``StorageError/contentTooLarge(byteCount:limit:)``.
  package init(_ bytes: [UInt8], limit: Int) throws(StorageError) {
    entries = try ZipDirectory.entries(of: bytes)
    self.bytes = bytes
    // No overflow: the directory's sizes have 32 bits each, and there are fewer than 2¹⁶.
    let byteCount = entries.reduce(0) { $0 + $1.byteCount }
    guard byteCount <= limit else { throw .contentTooLarge(byteCount: UInt64(byteCount), limit: limit) }
  }

  package subscript(name: String) -> Entry? { entries.first { $0.name == name } }

  /// The content of the file named `name`, its CRC-32 checked.
  ///
  /// - Parameter limit: the most bytes that it may have; nothing is allocated for more.
  package func content(named name: String, limit: Int = .max) throws(StorageError) -> [UInt8] {
    guard let entry = self[name] else {
      let names = entries.prefix(8).map(\.name).joined(separator: ", ")
      throw .malformedZip(found: "the files \(names)", expected: "a file named \(name)")
    }
    guard entry.byteCount <= limit else {
      throw .damaged(file: entry.name, fault: .contentTooLarge(byteCount: UInt64(entry.byteCount), limit: limit))
    }
    return try content(of: entry)
  }

  /// The content of `entry`, one of ``entries``, its CRC-32 checked.
  package func content(of entry: Entry) throws(StorageError) -> [UInt8] {
    let content = entry.method == .stored ? Array(bytes[entry.place]) : try inflated(entry)
    let checksum = Self.checksum(content)
    guard checksum == entry.checksum else {
      throw .malformedZip(
        found: "\(entry.name) of CRC-32 \(String(checksum, radix: 16))",
        expected: "\(String(entry.checksum, radix: 16)), as its directory says")
    }
    return content
  }

  private func inflated(_ entry: Entry) throws(StorageError) -> [UInt8] {
    // Result, because withUnsafeBytes loses the error's type.
    let result = bytes.withUnsafeBytes { bytes in
      Result { () throws(InflateError) in
        var inflater = try Inflater(UnsafeRawBufferPointer(rebasing: bytes[entry.place]), .none)
        let content = try inflater.read(entry.byteCount)
        guard try inflater.finish() else { throw .damaged("more bytes than the directory says") }
        return content
      }
    }
    switch result {
    case .success(let content): return content
    case .failure(.endsEarly):
      throw .malformedZip(found: "\(entry.name), which ends early", expected: "\(entry.byteCount) bytes")
    case .failure(.damaged(let reason)):
      throw .malformedZip(found: "\(entry.name), deflated with \(reason)", expected: "intact data")
    }
  }

  /// The CRC-32 of `content`, as zip and gzip use it.
  static func checksum(_ content: [UInt8]) -> UInt32 {
    content.withUnsafeBytes { content in
      // crc32_z takes no bytes as a call for its starting value, which is theirs too.
      UInt32(truncatingIfNeeded: crc32_z(0, content.baseAddress?.assumingMemoryBound(to: UInt8.self), content.count))
    }
  }
}
