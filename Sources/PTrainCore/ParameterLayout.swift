/// Where each named parameter lies in one flat block of `Float`.
///
/// Parameters, gradients and optimizer state share one layout, so that reduction, update, checkpoint
/// and exchange are loops over one vector. Entries are contiguous, in layer order.
package struct ParameterLayout: Equatable, Sendable {
  package struct Entry: Equatable, Sendable {
    package let name: String
    package let shape: Shape
    /// Index of the first element in the block.
    package let offset: Int

    package var range: Range<Int> { offset..<(offset + shape.elementCount) }
  }

  package private(set) var entries: [Entry] = []

  /// Elements in the whole block.
  package private(set) var count = 0

  package init() {}

  /// Appends a parameter and returns its place.
  ///
  /// - Throws: ``ShapeError`` if the block's count overflows.
  @discardableResult
  package mutating func append(_ name: String, _ shape: Shape) throws(ShapeError) -> Entry {
    let (end, overflow) = count.addingReportingOverflow(shape.elementCount)
    guard !overflow else { throw .tooManyElements(shape.dimensions) }
    let entry = Entry(name: name, shape: shape, offset: count)
    entries.append(entry)
    count = end
    return entry
  }

  package subscript(name: String) -> Entry? { entries.first { $0.name == name } }
}
