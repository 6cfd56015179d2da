import PTrainCore
import PTrainImages

/// A sample of a data set as a picture.
package enum SampleImage {
  /// - Parameters:
  ///   - bytes: row-major.
  ///   - shape: `[height, width]`, or `[height, width, channels]` with 1, 3 or 4 channels.
  package static func picture(_ bytes: [UInt8], shape: Shape) throws(PictureError) -> PixelImage {
    let (height, width, channels) = try size(shape)
    return PixelImage(width: width, height: height, channels: channels, pixels: bytes).colored()
  }

  /// Height, width and channels of samples of `shape`.
  static func size(_ shape: Shape) throws(PictureError) -> (height: Int, width: Int, channels: Int) {
    let dimensions = shape.dimensions
    guard (2...3).contains(dimensions.count), shape.elementCount > 0,
      dimensions.count == 2 || [1, 3, 4].contains(dimensions[2])
    else { throw .notAnImage(shape) }
    return (dimensions[0], dimensions[1], dimensions.count == 3 ? dimensions[2] : 1)
  }
}

extension PixelImage {
  /// The same as large as fits `side` × `side`: each pixel a square of a whole number of pixels, or reduced.
  func fitted(side: Int) -> PixelImage {
    let longest = max(width, height)
    guard longest <= side else {
      return scaled(width: max(1, width * side / longest), height: max(1, height * side / longest))
    }
    let factor = side / longest
    var result = PixelImage(width: width * factor, height: height * factor, channels: channels, filledWith: 0)
    for row in 0..<height {
      for column in 0..<width {
        let start = (row * width + column) * channels
        result.fill(
          columns: (column * factor)..<((column + 1) * factor), rows: (row * factor)..<((row + 1) * factor),
          with: Array(pixels[start..<(start + channels)]))
      }
    }
    return result
  }
}
