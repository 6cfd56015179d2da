/// The extents of a dense, row-major array, outermost first; `[]` is a scalar.
///
/// A shape's element count is known to fit in `Int`: the initializer checks it.
public struct Shape: Hashable, Sendable, CustomStringConvertible {
  public let dimensions: [Int]

  /// The product of all dimensions; 1 for a scalar.
  public let elementCount: Int

  /// - Throws: ``ShapeError`` if a dimension is negative or the product overflows.
  public init(_ dimensions: [Int]) throws(ShapeError) {
    var product = 1
    for dimension in dimensions {
      guard dimension >= 0 else { throw .negativeDimension(dimensions) }
      let (next, overflow) = product.multipliedReportingOverflow(by: dimension)
      guard !overflow else { throw .tooManyElements(dimensions) }
      product = next
    }
    self.dimensions = dimensions
    elementCount = product
  }

  /// `28×28`, or `scalar`.
  public var description: String {
    dimensions.isEmpty ? "scalar" : dimensions.map(String.init).joined(separator: "×")
  }
}

/// Why a list of dimensions is not a ``Shape``.
public enum ShapeError: DiagnosableError, Equatable {
  case negativeDimension([Int])
  case tooManyElements([Int])

  public var diagnosis: Diagnosis {
    let (dimensions, expected) =
      switch self {
      case .negativeDimension(let dimensions): (dimensions, "dimensions of 0 or more")
      case .tooManyElements(let dimensions): (dimensions, "a product of dimensions below 2^63")
      }
    return Diagnosis(
      .malformedData, found: "the shape \(dimensions)", expected: expected,
      remedy: "check the file or the model that names this shape")
  }
}

extension Shape: Codable {
  public init(from decoder: any Decoder) throws {
    try self.init([Int](from: decoder))
  }

  public func encode(to encoder: any Encoder) throws {
    try dimensions.encode(to: encoder)
  }
}
