/// Makes the bytes of a zip archive. The same files give the same bytes: every one is of 1980-01-01, zip's first day.
package struct ZipWriter {
  /// 1980-01-01: years since 1980 in 7 bits, month in 4, day in 5.
  private static let date = 1 << 5 | 1
  /// 2.0, which knows deflate.
  private static let version = 20
  /// Made on Unix, so that the permissions below mean something.
  private static let madeBy = 3 << 8 | version
  /// A regular file, `rw-r--r--`.
  private static let attributes = 0o100644 << 16
  private static let compressionLevel: Int32 = 6

  /// Local headers and contents.
  private var content: [UInt8] = []
  private var directory: [UInt8] = []
  private var names: Set<String> = []

  package init() {}

  /// Appends a file.
  ///
  /// - Throws: ``StorageError/malformedZip(found:expected:)`` if the name is empty, taken or longer than 65,535 bytes,
  ///   or the archive grows to what needs zip64: 4 GiB or 65,535 files.
  package mutating func append(
    _ name: String, _ file: [UInt8], _ method: ZipArchive.Method = .stored
  ) throws(StorageError) {
    try check(name, file)
    let data = method == .stored ? file : try Deflater.deflated(file, level: Self.compressionLevel)
    let fields = Self.commonFields(name, file, method, storedBytes: data.count)
    let start = content.count
    let nameBytes = Array(name.utf8)
    append(u32: ZipDirectory.localSignature, to: &content)
    content += Self.u16(Self.version) + fields + Self.u16(0) + nameBytes + data
    guard content.count < ZipDirectory.elsewhere - (directory.count + (1 << 17)) else { throw Self.tooLarge }
    append(u32: ZipDirectory.entrySignature, to: &directory)
    directory += Self.u16(Self.madeBy) + Self.u16(Self.version) + fields
    // No extra field, no comment, disk 0, no internal attributes.
    directory += [UInt8](repeating: 0, count: 8) + Self.u32(Self.attributes) + Self.u32(start) + nameBytes
  }

  /// The whole archive.
  package func encoded() -> [UInt8] {
    let count = Self.u16(names.count)
    let end = Self.u32(ZipDirectory.endSignature) + [0, 0, 0, 0] + count + count
    return content + directory + end + Self.u32(directory.count) + Self.u32(content.count) + [0, 0]
  }

  private mutating func check(_ name: String, _ file: [UInt8]) throws(StorageError) {
    guard (1...0xFFFF).contains(name.utf8.count), !name.utf8.contains(0), names.insert(name).inserted else {
      throw .malformedZip(found: "the name '\(name.prefix(80))'", expected: "a new one of 1 to 65,535 bytes")
    }
    guard names.count < 0xFFFF, file.count < ZipDirectory.elsewhere else { throw Self.tooLarge }
  }

  /// From the flags to the name's length.
  private static func commonFields(
    _ name: String, _ file: [UInt8], _ method: ZipArchive.Method, storedBytes: Int
  ) -> [UInt8] {
    let flags = name.utf8.allSatisfy { $0 < 0x80 } ? 0 : ZipDirectory.utf8Flag
    return u16(flags) + u16(method.rawValue) + u16(0) + u16(date) + u32(Int(ZipArchive.checksum(file)))
      + u32(storedBytes) + u32(file.count) + u16(name.utf8.count)
  }

  private static var tooLarge: StorageError {
    .malformedZip(found: "4 GiB or 65,535 files", expected: "less")
  }

  private func append(u32 number: Int, to bytes: inout [UInt8]) { bytes += Self.u32(number) }

  private static func u16(_ number: Int) -> [UInt8] { [0, 8].map { UInt8(truncatingIfNeeded: number >> $0) } }
  private static func u32(_ number: Int) -> [UInt8] { [0, 8, 16, 24].map { UInt8(truncatingIfNeeded: number >> $0) } }
}
