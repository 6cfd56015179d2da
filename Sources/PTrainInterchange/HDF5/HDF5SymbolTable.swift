/// The links of a classic group: a B-tree of symbol table nodes, and a heap with the names.
struct HDF5SymbolTable {
  private let bytes: CheckedBytes
  private let tree: Int
  /// Where the heap's names are.
  private let names: Range<Int>

  /// Bytes that a name may have.
  private static let longestName = 4096

  init(_ message: HDF5Message, in bytes: CheckedBytes) throws(KerasFileError) {
    self.bytes = bytes
    guard message.range.count >= 16 else {
      throw .malformed(found: "a symbol table message of \(message.range.count) bytes", expected: "16")
    }
    tree = try bytes.address(message.range.lowerBound, of: "a group's tree")
    let heap = try bytes.address(message.range.lowerBound + 8, of: "a group's heap")
    try bytes.expect("HEAP", at: heap, of: "a group's heap")
    let length = try bytes.number(heap + 8, width: 8, of: "a heap's size")
    let start = try bytes.address(heap + 24, of: "a heap's names")
    _ = try bytes.slice(start, length, of: "a heap")
    names = start..<start + length
  }

  /// All links.
  ///
  /// - Parameter budget: nodes and links that may be read; less those that were.
  func links(budget: inout Int) throws(KerasFileError) -> [(name: String, address: Int)] {
    var nodes = [tree]
    var links: [(name: String, address: Int)] = []
    while let node = nodes.popLast() {
      try spend(&budget)
      if try bytes.slice(node, 4, of: "a group's tree").elementsEqual("SNOD".utf8) {
        try appendLinks(ofNode: node, to: &links, budget: &budget)
      } else {
        nodes += try children(ofTree: node, budget: &budget)
      }
    }
    return links
  }

  private func spend(_ budget: inout Int) throws(KerasFileError) {
    guard budget > 0 else { throw .malformed(found: "more links in groups than any model has", expected: "fewer") }
    budget -= 1
  }

  private func children(ofTree node: Int, budget: inout Int) throws(KerasFileError) -> [Int] {
    try bytes.expect("TREE", at: node, of: "a group's tree")
    guard try bytes.byte(node + 4, of: "a tree's type") == 0 else {
      throw .malformed(found: "a tree of another kind", expected: "a group's tree")
    }
    var children: [Int] = []
    for index in 0..<(try bytes.number(node + 6, width: 2, of: "a tree's size")) {
      try spend(&budget)
      children.append(try bytes.address(node + 32 + 16 * index, of: "a tree's child"))
    }
    return children
  }

  private func appendLinks(
    ofNode node: Int, to links: inout [(name: String, address: Int)], budget: inout Int
  ) throws(KerasFileError) {
    for index in 0..<(try bytes.number(node + 6, width: 2, of: "a symbol table's size")) {
      try spend(&budget)
      let entry = node + 8 + 40 * index
      let name = try name(at: bytes.number(entry, width: 8, of: "a link's name"))
      // 2: the entry is a symbolic link, whose target may be anything.
      guard try bytes.number(entry + 16, width: 4, of: "a link's kind") != 2 else {
        throw .unsupported(found: "the soft link \(name)", expected: "objects themselves, as Keras writes")
      }
      links.append((name, try bytes.address(entry + 8, of: "a link's object")))
    }
  }

  private func name(at offset: Int) throws(KerasFileError) -> String {
    guard offset < names.count else { throw .malformed(found: "a name outside its heap", expected: "it inside") }
    let length = min(names.count - offset, Self.longestName)
    let name = try bytes.slice(names.lowerBound + offset, length, of: "a link's name").prefix { $0 != 0 }
    guard name.count < length, let text = String(validating: name, as: UTF8.self) else {
      throw .malformed(found: "a name without an end or not in UTF-8", expected: "the name of a link")
    }
    return text
  }
}
