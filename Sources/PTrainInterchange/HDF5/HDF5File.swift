import PTrainCore

/// Reads HDF5 files of the classic layout (superblock 0 or 1), which is what h5py, and with it Keras, writes.
///
/// It is ptrain's own and not libhdf5's reader, because that one crashes on altered files: of 3,000 files with
/// one flipped bit each, 20 crashed version 1.10.8 and 3 hung it. This one reads memory with checked accesses,
/// never opens another file, and bounds what it allocates by the file's own size: groups with hard links,
/// attributes of text, and contiguous or compact data sets of floating-point numbers. Links of other kinds,
/// external files, filters and chunks are refused.
///
/// Source: HDF5 File Format Specification, version 3.0, The HDF Group.
final class HDF5File {
  let bytes: CheckedBytes
  /// The address of the root group's object header.
  private let root: Int
  /// Links, messages and attributes that may still be read, and bytes of text: a file can lead to the same ones
  /// again and again, under ever new names.
  private var stepBudget = 1 << 20
  private var textBudget: Int
  private var links: [Int: [String: Int]] = [:]
  private var messages: [Int: [HDF5Message]] = [:]
  var heapObjects: [Int: [Int: Range<Int>]] = [:]

  static let signature: [UInt8] = [0x89, 0x48, 0x44, 0x46, 0x0D, 0x0A, 0x1A, 0x0A]

  init(_ content: [UInt8]) throws(KerasFileError) {
    bytes = CheckedBytes(content)
    textBudget = content.count
    guard content.starts(with: Self.signature) else {
      throw .malformed(found: "other bytes than HDF5's signature", expected: "an HDF5 file")
    }
    let version = try bytes.byte(8, of: "the superblock's version")
    guard version <= 1 else {
      throw .unsupported(found: "an HDF5 superblock of version \(version)", expected: "0 or 1, as Keras writes")
    }
    guard try bytes.byte(13, of: "the size of addresses") == 8, try bytes.byte(14, of: "the size of lengths") == 8
    else { throw .unsupported(found: "HDF5 addresses of unusual size", expected: "8 bytes, as Keras writes") }
    let addresses = version == 0 ? 24 : 28
    guard try bytes.number(addresses, width: 8, of: "the base address") == 0 else {
      throw .unsupported(found: "an HDF5 file inside another", expected: "one that begins at byte 0")
    }
    let end = try bytes.number(addresses + 16, width: 8, of: "the end's address")
    guard end <= content.count else {
      throw .malformed(found: "\(content.count) bytes, a truncated file", expected: "\(end) bytes")
    }
    root = try bytes.address(addresses + 40, of: "the root group")
  }

  /// The root group, or what is at `path` below it, names with `/` between; `nil` if there is nothing.
  func object(_ path: String = "") throws(KerasFileError) -> HDF5Object? {
    try HDF5Object(file: self, address: root).object(path)
  }

  /// The messages of the object header at `address`.
  func messages(at address: Int) throws(KerasFileError) -> [HDF5Message] {
    if let known = messages[address] { return known }
    let found = try HDF5Message.all(at: address, in: bytes)
    try spend(steps: found.count)
    messages[address] = found
    return found
  }

  /// Throws when the file has led to more of them than any model has.
  func spend(steps: Int = 0, textBytes: Int = 0) throws(KerasFileError) {
    guard steps <= stepBudget, textBytes <= textBudget else {
      throw .malformed(found: "more links, attributes or text than any model has", expected: "fewer")
    }
    stepBudget -= steps
    textBudget -= textBytes
  }

  /// The names in the group at `address`, and the addresses of their objects.
  func links(ofGroup address: Int) throws(KerasFileError) -> [String: Int] {
    if let known = links[address] { return known }
    let messages = try messages(at: address)
    if messages.contains(where: { $0.kind == .link || $0.kind == .linkInfo }) {
      throw .unsupported(found: "a group with external or new-style links", expected: "plain groups, as Keras writes")
    }
    var found: [String: Int] = [:]
    if let table = messages.first(where: { $0.kind == .symbolTable }) {
      let reader = try HDF5SymbolTable(table, in: bytes)
      for link in try reader.links(budget: &stepBudget) { found[link.name] = link.address }
    }
    links[address] = found
    return found
  }
}

/// A group or a data set of a file.
struct HDF5Object {
  let file: HDF5File
  let address: Int

  /// What is at `path` below this group.
  func object(_ path: String) throws(KerasFileError) -> HDF5Object? {
    var address = address
    for name in path.split(separator: "/") {
      guard let next = try file.links(ofGroup: address)[String(name)] else { return nil }
      address = next
    }
    return HDF5Object(file: file, address: address)
  }
}
