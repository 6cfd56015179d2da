import PTrainCore

extension HDF5Object {
  /// The text of the attribute `name`; `nil` if there is none.
  func text(_ name: String) throws(KerasFileError) -> String? {
    guard let texts = try attribute(name) else { return nil }
    guard texts.count == 1 else {
      throw .malformed(found: "\(name) with \(texts.count) texts", expected: "one")
    }
    return texts[0]
  }

  /// The texts of the attribute `name`, or of `name0`, `name1`, …, among which Keras spreads what is too long
  /// for one; `nil` if there is none.
  func texts(_ name: String) throws(KerasFileError) -> [String]? {
    if let texts = try attribute(name) { return texts }
    guard var texts = try attribute("\(name)0") else { return nil }
    var number = 1
    while let more = try attribute("\(name)\(number)") {
      texts += more
      number += 1
    }
    return texts
  }

  private func attribute(_ name: String) throws(KerasFileError) -> [String]? {
    for message in try file.messages(at: address) where message.kind == .attribute {
      try file.spend(steps: 1)
      let attribute = try HDF5Attribute(message, in: file.bytes)
      if attribute.name.elementsEqual(name.utf8) { return try texts(of: attribute, called: name) }
    }
    return nil
  }

  private func texts(of attribute: HDF5Attribute, called name: String) throws(KerasFileError) -> [String] {
    let count = attribute.shape.elementCount
    // What Keras writes for no texts is an empty array of numbers.
    if count == 0 { return [] }
    let size = attribute.type.byteCount
    guard size > 0, count <= attribute.data.count / size else {
      throw .malformed(found: "\(name) of \(attribute.data.count) bytes", expected: "\(count) times \(size) bytes")
    }
    var texts: [String] = []
    for index in 0..<count {
      let text = try text(at: attribute.data.lowerBound + index * size, attribute.type, of: name)
      try file.spend(steps: 1, textBytes: text.count)
      guard let string = String(validating: text, as: UTF8.self) else {
        throw .malformed(found: "\(name) not in UTF-8", expected: "text")
      }
      texts.append(string)
    }
    return texts
  }

  private func text(at start: Int, _ type: HDF5Type, of name: String) throws(KerasFileError) -> ArraySlice<UInt8> {
    switch type {
    case .text(let byteCount): return try file.bytes.slice(start, byteCount, of: name).prefix { $0 != 0 }
    case .variableText:
      let length = try file.bytes.number(start, width: 4, of: name)
      let heap = try file.bytes.address(start + 4, of: name)
      let index = try file.bytes.number(start + 12, width: 4, of: name)
      guard length > 0 else { return [] }
      guard let object = try file.heapObjects(at: heap)[index], length <= object.count else {
        throw .malformed(found: "\(name) without its text", expected: "it in the global heap")
      }
      return try file.bytes.slice(object.lowerBound, length, of: name).prefix { $0 != 0 }
    case .float, .other: throw .malformed(found: "\(name) of another type", expected: "text")
    }
  }
}

/// Where the parts of an attribute message are.
private struct HDF5Attribute {
  let name: ArraySlice<UInt8>
  let type: HDF5Type
  let shape: Shape
  let data: Range<Int>

  init(_ message: HDF5Message, in bytes: CheckedBytes) throws(KerasFileError) {
    let start = message.range.lowerBound
    let version = try bytes.byte(start, of: "an attribute")
    let isShared = version == 1 ? false : try bytes.byte(start + 1, of: "an attribute") & 3 != 0
    guard (1...3).contains(version), !message.isShared, !isShared else {
      throw .unsupported(found: "an attribute of version \(version), or shared", expected: "1 to 3, by itself")
    }
    // Up to version 1 the parts are padded.
    let padding = version == 1 ? 8 : 1
    var place = start + (version == 3 ? 9 : 8)
    var parts: [Range<Int>] = []
    for part in 0..<3 {
      let length = try bytes.number(start + 2 + 2 * part, width: 2, of: "an attribute")
      parts.append(place..<place + length)
      place += (length + padding - 1) / padding * padding
    }
    guard place <= message.range.upperBound else {
      throw .malformed(found: "an attribute that leaves its message", expected: "it inside")
    }
    name = try bytes.slice(parts[0].lowerBound, parts[0].count, of: "an attribute's name").prefix { $0 != 0 }
    type = try HDF5Type(at: parts[1].lowerBound, in: bytes)
    shape = try HDF5Dataspace.shape(at: parts[2].lowerBound, in: bytes)
    data = place..<message.range.upperBound
  }
}

extension HDF5File {
  /// The objects of the global heap collection at `address`, by their numbers.
  fileprivate func heapObjects(at address: Int) throws(KerasFileError) -> [Int: Range<Int>] {
    if let known = heapObjects[address] { return known }
    try bytes.expect("GCOL", at: address, of: "a global heap")
    let size = try bytes.number(address + 8, width: 8, of: "a global heap's size")
    _ = try bytes.slice(address, size, of: "a global heap")
    var objects: [Int: Range<Int>] = [:]
    var place = address + 16
    while address + size - place >= 16 {
      let index = try bytes.number(place, width: 2, of: "a heap's object")
      // 0: what is left is free.
      guard index != 0 else { break }
      let length = try bytes.number(place + 8, width: 8, of: "a heap's object")
      _ = try bytes.slice(place + 16, length, of: "a heap's object")
      objects[index] = place + 16..<place + 16 + length
      place += 16 + (length + 7) / 8 * 8
    }
    heapObjects[address] = objects
    return objects
  }
}
