import PTrainCore

/// Why a file is no picture, or none can be made.
package enum PNGError: DiagnosableError, Equatable {
  case malformed(file: String, found: String, expected: String)
  /// The picture has more pixels than are decoded.
  case tooLarge(file: String, width: Int, height: Int)
  case notEncoded(width: Int, height: Int, reason: String)

  package var diagnosis: Diagnosis {
    switch self {
    case .malformed(let file, let found, let expected):
      Diagnosis(
        .malformedData, found: "\(file): \(found)", expected: expected,
        remedy: "save the picture again as PNG, or leave it out")
    case .tooLarge(let file, let width, let height):
      Diagnosis(
        .malformedData, found: "\(file): a picture of \(width)×\(height) pixels",
        expected: "1 to \(PNG.longestSide.groupedDigits) pixels a side and at most "
          + "\(PNG.largestPixelCount.groupedDigits) in all",
        remedy: "make the picture smaller")
    case .notEncoded(let width, let height, let reason):
      Diagnosis(
        .fault, found: "a picture of \(width)×\(height) pixels that libpng refuses (\(reason))",
        expected: "PNG bytes", remedy: "report this")
    }
  }
}
