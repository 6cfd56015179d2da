/// One message of an object header: a property of a group or a data set.
struct HDF5Message: Equatable {
  enum Kind: Int {
    case dataspace = 0x01
    case linkInfo = 0x02
    case datatype = 0x03
    case link = 0x06
    case externalFiles = 0x07
    case layout = 0x08
    case filters = 0x0B
    case attribute = 0x0C
    case continuation = 0x10
    case symbolTable = 0x11
  }

  let kind: Kind
  /// Its data are elsewhere in the file, shared with other objects.
  let isShared: Bool
  /// Where its data are in the file.
  let range: Range<Int>

  /// The known messages of the object header at `address`, of version 1; others say nothing of the content.
  static func all(at address: Int, in bytes: CheckedBytes) throws(KerasFileError) -> [HDF5Message] {
    let version = try bytes.byte(address, of: "an object header")
    guard version == 1 else {
      throw .unsupported(found: "an HDF5 object header of version \(version)", expected: "1, as Keras writes")
    }
    var remaining = try bytes.number(address + 2, width: 2, of: "an object header")
    let size = try bytes.number(address + 8, width: 4, of: "an object header")
    var blocks = [address + 16..<address + 16 + size][...]
    var messages: [HDF5Message] = []
    while let block = blocks.popFirst() {
      var position = block.lowerBound
      // Each message counts, those that lead to further blocks too: a circle ends.
      while remaining > 0, block.upperBound - position >= 8 {
        remaining -= 1
        let length = try bytes.number(position + 2, width: 2, of: "a message's length")
        let range = position + 8..<position + 8 + length
        guard range.upperBound <= block.upperBound else {
          throw .malformed(found: "a message that leaves its object header", expected: "it inside")
        }
        _ = try bytes.slice(range.lowerBound, length, of: "a message")
        if let kind = Kind(rawValue: try bytes.number(position, width: 2, of: "a message")) {
          let isShared = try bytes.byte(position + 4, of: "a message's flags") & 2 != 0
          messages.append(HDF5Message(kind: kind, isShared: isShared, range: range))
          if kind == .continuation { blocks.append(try continuation(range, in: bytes)) }
        }
        position = range.upperBound
      }
    }
    return messages
  }

  /// Where the continuation message in `range` says that the header goes on.
  private static func continuation(_ range: Range<Int>, in bytes: CheckedBytes) throws(KerasFileError) -> Range<Int> {
    let start = try bytes.address(range.lowerBound, of: "a header's continuation")
    let length = try bytes.number(range.lowerBound + 8, width: 8, of: "a header's continuation")
    _ = try bytes.slice(start, length, of: "a header's continuation")
    return start..<start + length
  }
}
