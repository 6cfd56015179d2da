import PTrainCore
import PTrainImages
import PTrainStorage

/// What pictures are made into: a size, and grey or colours.
package struct PictureFormat: Equatable, Sendable {
  package enum Color: String, CaseIterable, Sendable {
    case grey, rgb
  }

  package let width: Int
  package let height: Int
  package let color: Color

  package static let longestSide = 4096

  /// - Precondition: sides of 1 to ``longestSide``.
  package init(width: Int, height: Int, color: Color) {
    precondition(
      (1...Self.longestSide).contains(width) && (1...Self.longestSide).contains(height), "\(width)×\(height)")
    self.width = width
    self.height = height
    self.color = color
  }

  /// The format of samples of `shape`: `[height, width]`, or `[height, width, channels]` with 1 or 3 channels.
  package init?(shape: [Int]) {
    guard (2...3).contains(shape.count), shape.count == 2 || [1, 3].contains(shape[2]),
      shape.prefix(2).allSatisfy({ (1...Self.longestSide).contains($0) })
    else { return nil }
    self.init(width: shape[1], height: shape[0], color: shape.count == 3 && shape[2] == 3 ? .rgb : .grey)
  }

  /// Of a sample: `[height, width]`, or `[height, width, 3]`.
  package var dimensions: [Int] { color == .grey ? [height, width] : [height, width, 3] }

  package var byteCount: Int { dimensions.reduce(1, *) }

  /// `picture` in this format, stretched to its size; what is transparent lies on white.
  package func sample(_ picture: PixelImage) -> PixelImage {
    (color == .grey ? picture.grey() : picture.colored()).scaled(width: width, height: height)
  }

  /// The picture in the PNG file at `path`.
  package static func read(_ path: String) throws(DatasetError) -> PixelImage {
    let bytes = try DatasetError.storing { () throws(StorageError) in
      try DurableFile.read(path, limit: PNG.largestFileBytes)
    }
    do throws(PNGError) {
      return try PNG.decode(bytes, file: path)
    } catch {
      throw .picture(error.diagnosis)
    }
  }
}
