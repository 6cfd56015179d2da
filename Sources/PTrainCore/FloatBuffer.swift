/// An owned block of `Float`, zero at first, aligned to a cache line.
///
/// The block is freed with its owner. Threads may write disjoint ranges at once; who may touch which
/// range when is the business of the module that shares the block.
package struct FloatBuffer: ~Copyable {
  package static let alignment = 64

  package let base: UnsafeMutablePointer<Float>
  package let count: Int

  /// A block of `count` zeros.
  ///
  /// - Precondition: `count` ≥ 0; sizes that come from outside are checked before they get here.
  package init(count: Int) {
    precondition(count >= 0, "a FloatBuffer of \(count) elements")
    let raw = UnsafeMutableRawPointer.allocate(
      byteCount: max(count, 1) * MemoryLayout<Float>.stride, alignment: Self.alignment)
    base = raw.bindMemory(to: Float.self, capacity: max(count, 1))
    base.initialize(repeating: 0, count: max(count, 1))
    self.count = count
  }

  package init(_ elements: some Collection<Float>) {
    self.init(count: elements.count)
    for (index, element) in elements.enumerated() { base[index] = element }
  }

  deinit {
    UnsafeMutableRawPointer(base).deallocate()
  }

  /// The whole block.
  package var elements: UnsafeMutableBufferPointer<Float> {
    UnsafeMutableBufferPointer(start: base, count: count)
  }

  /// The block's elements in `range`.
  package func slice(_ range: Range<Int>) -> UnsafeMutableBufferPointer<Float> {
    precondition(range.lowerBound >= 0 && range.upperBound <= count, "\(range) of \(count) elements")
    return UnsafeMutableBufferPointer(start: base + range.lowerBound, count: range.count)
  }

  /// `rows` × `columns` elements from `offset` on, as a matrix.
  package func matrix(offset: Int = 0, rows: Int, columns: Int) -> MatrixView {
    precondition(offset >= 0 && offset + rows * columns <= count, "matrix outside its buffer")
    return MatrixView(base: base + offset, rows: rows, columns: columns)
  }

  /// Copies all of `other`, which has the same count, over this block.
  package func update(from other: borrowing FloatBuffer) {
    precondition(other.count == count, "\(other.count) elements for \(count)")
    base.update(from: other.base, count: count)
  }

  /// A copy as an array.
  package func copy() -> [Float] { Array(elements) }
}

/// A dense, row-major matrix that somebody else owns.
package struct MatrixView {
  package let base: UnsafeMutablePointer<Float>
  package let rows: Int
  package let columns: Int

  package init(base: UnsafeMutablePointer<Float>, rows: Int, columns: Int) {
    self.base = base
    self.rows = rows
    self.columns = columns
  }

  package var count: Int { rows * columns }

  package var elements: UnsafeMutableBufferPointer<Float> {
    UnsafeMutableBufferPointer(start: base, count: count)
  }

  /// The rows in `range`, in place.
  package func rows(_ range: Range<Int>) -> MatrixView {
    precondition(range.lowerBound >= 0 && range.upperBound <= rows, "rows \(range) of \(rows)")
    return MatrixView(base: base + range.lowerBound * columns, rows: range.count, columns: columns)
  }

  package subscript(row: Int, column: Int) -> Float {
    get { base[row * columns + column] }
    nonmutating set { base[row * columns + column] = newValue }
  }
}
