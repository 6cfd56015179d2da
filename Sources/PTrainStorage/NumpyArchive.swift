/// Named arrays, as NumPy's `savez` keeps them: a zip archive with a file `NAME.npy` for each.
package struct NumpyArchive: Sendable {
  private static let suffix = ".npy"

  private let archive: ZipArchive

  /// - Parameter limit: the most bytes that all arrays may hold together.
  package init(_ bytes: [UInt8], limit: Int) throws(StorageError) {
    archive = try ZipArchive(bytes, limit: limit)
    if let foreign = archive.entries.map(\.name).first(where: { !$0.hasSuffix(Self.suffix) }) {
      throw .malformedZip(found: "the file \(foreign)", expected: "arrays, in files that end in .npy")
    }
  }

  /// In the archive's order, each once.
  package var names: [String] { archive.entries.map { String($0.name.dropLast(Self.suffix.count)) } }

  package func contains(_ name: String) -> Bool { archive[name + Self.suffix] != nil }

  /// The array named `name`.
  ///
  /// - Parameter limit: the most bytes that its file may hold.
  package func array(named name: String, limit: Int = .max) throws(StorageError) -> NumpyArray {
    guard let entry = archive[name + Self.suffix] else { throw .missingTensor(name: name, present: names) }
    guard entry.byteCount <= limit else {
      throw .damaged(
        file: entry.name, fault: .contentTooLarge(byteCount: UInt64(entry.byteCount), limit: limit))
    }
    let file = try archive.content(of: entry)
    do {
      return try NumpyArray(file: file)
    } catch {
      throw .damaged(file: entry.name, fault: error)
    }
  }

  /// The bytes of an archive of `arrays`. The same arrays give the same bytes.
  package static func encoded(_ arrays: [(name: String, array: NumpyArray)]) throws(StorageError) -> [UInt8] {
    var writer = ZipWriter()
    for (name, array) in arrays { try writer.append(name + suffix, array.file()) }
    return writer.encoded()
  }
}
