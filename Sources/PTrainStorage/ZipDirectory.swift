/// The directory at the end of a zip archive, checked against the headers in front of the files.
enum ZipDirectory {
  static let endSignature = 0x0605_4B50
  static let entrySignature = 0x0201_4B50
  static let localSignature = 0x0403_4B50
  /// Bytes of the record at the archive's end, without its comment.
  static let endByteCount = 22
  /// A size or offset that stands in a zip64 field instead.
  static let elsewhere = 0xFFFF_FFFF

  /// General purpose bits: what is known and harmless. Deflate's effort (1, 2), sizes behind the content (3), UTF-8 (11).
  static let utf8Flag = 1 << 11
  private static let sizesFollowFlag = 1 << 3
  private static let knownFlags = utf8Flag | sizesFollowFlag | 0b110

  /// A file as the directory and its local header describe it.
  private struct Record: Equatable {
    var flags = 0
    var method = 0
    var checksum = 0
    var storedBytes = 0
    var byteCount = 0
    var name = ""
  }

  static func entries(of bytes: [UInt8]) throws(StorageError) -> [ZipArchive.Entry] {
    let end = try endRecord(of: bytes)
    let (count, directory) = try directory(of: bytes, end: end)
    var scanner = ByteScanner(bytes, directory)
    var entries: [ZipArchive.Entry] = []
    var names: Set<String> = []
    for _ in 0..<count {
      let entry = try entry(&scanner, of: bytes, contentEnd: directory.lowerBound)
      guard names.insert(entry.name).inserted else { throw fault("the name \(entry.name) twice", "distinct names") }
      entries.append(entry)
    }
    guard scanner.position == directory.upperBound else {
      throw fault("a directory with more than \(count) files", "the number that its end says")
    }
    try checkOverlap(entries)
    return entries
  }

  /// Where the end record begins: the last place whose comment reaches to the archive's end.
  private static func endRecord(of bytes: [UInt8]) throws(StorageError) -> Int {
    let last = bytes.count - endByteCount
    let earliest = max(0, last - 0xFFFF)
    for start in stride(from: last, through: earliest, by: -1) where bytes[start] == 0x50 {
      var scanner = ByteScanner(bytes, start..<bytes.count)
      guard try scanner.u32() == endSignature else { continue }
      _ = try scanner.bytes(16)
      if try scanner.u16() == bytes.count - start - endByteCount { return start }
    }
    throw fault("no directory at its end", "a whole archive")
  }

  private static func directory(of bytes: [UInt8], end: Int) throws(StorageError) -> (count: Int, place: Range<Int>) {
    var scanner = ByteScanner(bytes, (end + 4)..<bytes.count)
    let (disk, directoryDisk) = (try scanner.u16(), try scanner.u16())
    let (countHere, count) = (try scanner.u16(), try scanner.u16())
    let (byteCount, start) = (try scanner.u32(), try scanner.u32())
    guard count != 0xFFFF, byteCount != elsewhere, start != elsewhere else {
      throw fault("a zip64 directory", "fewer than 65,535 files and 4 GiB")
    }
    guard disk == 0, directoryDisk == 0, countHere == count else {
      throw fault("a part of an archive in several", "one archive")
    }
    guard start + byteCount == end else {
      throw fault("a directory in bytes \(start) to \(start + byteCount)", "one that ends at byte \(end)")
    }
    return (count, start..<end)
  }

  private static func entry(
    _ scanner: inout ByteScanner, of bytes: [UInt8], contentEnd: Int
  ) throws(StorageError) -> ZipArchive.Entry {
    guard try scanner.u32() == entrySignature else { throw fault("a damaged directory", "an entry of a file") }
    _ = try scanner.bytes(4)
    var record = try commonFields(&scanner)
    let (nameBytes, extraBytes, commentBytes) = (try scanner.u16(), try scanner.u16(), try scanner.u16())
    let disk = try scanner.u16()
    _ = try scanner.bytes(6)
    let start = try scanner.u32()
    record.name = try name(scanner.bytes(nameBytes), flags: record.flags)
    _ = try scanner.bytes(extraBytes + commentBytes)
    let method = try check(record, disk: disk, start: start)
    let place = try place(of: record, start: start, in: bytes, contentEnd: contentEnd)
    return ZipArchive.Entry(
      name: record.name, method: method, byteCount: record.byteCount,
      checksum: UInt32(truncatingIfNeeded: record.checksum), place: place)
  }

  /// What stands in the same order in the directory and in a local header, from the flags to the sizes.
  private static func commonFields(_ scanner: inout ByteScanner) throws(StorageError) -> Record {
    let (flags, method) = (try scanner.u16(), try scanner.u16())
    _ = try scanner.bytes(4)
    return Record(
      flags: flags, method: method, checksum: try scanner.u32(), storedBytes: try scanner.u32(),
      byteCount: try scanner.u32())
  }

  private static func name(_ bytes: ArraySlice<UInt8>, flags: Int) throws(StorageError) -> String {
    guard let name = String(validating: bytes, as: UTF8.self), !name.isEmpty, !bytes.contains(0),
      flags & utf8Flag != 0 || bytes.allSatisfy({ $0 < 0x80 })
    else { throw fault("a file name that is not text", "ASCII or UTF-8") }
    return name
  }

  private static func check(_ record: Record, disk: Int, start: Int) throws(StorageError) -> ZipArchive.Method {
    guard record.flags & 1 == 0 else { throw fault("\(record.name), encrypted", "files without a password") }
    guard record.flags & ~knownFlags == 0, disk == 0 else {
      throw fault("\(record.name) with flags 0x\(String(record.flags, radix: 16))", "a plain file in one archive")
    }
    guard ![record.storedBytes, record.byteCount, start].contains(elsewhere) else {
      throw fault("\(record.name) with zip64 sizes", "less than 4 GiB")
    }
    guard let method = ZipArchive.Method(rawValue: record.method) else {
      throw fault("\(record.name), compressed by method \(record.method)", "0 (stored) or 8 (deflate)")
    }
    let most = method == .stored ? record.storedBytes : record.storedBytes * Inflater.largestRatio
    guard record.byteCount <= most, method != .stored || record.byteCount == record.storedBytes else {
      throw fault("\(record.name): \(record.byteCount) bytes in \(record.storedBytes)", "what these can hold")
    }
    return method
  }

  /// Where the file's content lies, behind its local header, which must agree with the directory.
  private static func place(
    of record: Record, start: Int, in bytes: [UInt8], contentEnd: Int
  ) throws(StorageError) -> Range<Int> {
    guard start < contentEnd else { throw fault("\(record.name) at byte \(start)", "a place before the directory") }
    var scanner = ByteScanner(bytes, start..<contentEnd)
    guard try scanner.u32() == localSignature else { throw fault("no header before \(record.name)", "one") }
    _ = try scanner.bytes(2)
    var local = try commonFields(&scanner)
    let (nameBytes, extraBytes) = (try scanner.u16(), try scanner.u16())
    local.name = try name(scanner.bytes(nameBytes), flags: local.flags)
    _ = try scanner.bytes(extraBytes)
    if local.storedBytes == elsewhere { local.storedBytes = record.storedBytes }
    if local.byteCount == elsewhere { local.byteCount = record.byteCount }
    if local.flags & sizesFollowFlag != 0, local.storedBytes == 0 || local.storedBytes == record.storedBytes {
      (local.checksum, local.storedBytes, local.byteCount) = (record.checksum, record.storedBytes, record.byteCount)
    }
    guard local == record else { throw fault("\(record.name) with two descriptions", "both the same") }
    let place = scanner.position
    _ = try scanner.bytes(record.storedBytes)
    return place..<scanner.position
  }

  /// Files that share bytes are how a small archive promises much.
  private static func checkOverlap(_ entries: [ZipArchive.Entry]) throws(StorageError) {
    let places = entries.map(\.place).filter { !$0.isEmpty }.sorted { $0.lowerBound < $1.lowerBound }
    for (left, right) in zip(places, places.dropFirst()) where left.upperBound > right.lowerBound {
      throw fault("two files in the same bytes", "a place of its own for each")
    }
  }

  private static func fault(_ found: String, _ expected: String) -> StorageError {
    .malformedZip(found: found, expected: expected)
  }
}
