import PTrainCore

/// A picture: rows of pixels from the top, each of 1 (grey), 3 (red, green, blue) or 4 (and opacity) bytes.
public struct PixelImage: Equatable, Sendable {
  public let width: Int
  public let height: Int
  /// Bytes a pixel: 1, 3 or 4.
  public let channels: Int
  /// `[height, width, channels]`
  public var pixels: [UInt8]

  /// - Precondition: `pixels` has `height` × `width` × `channels` bytes.
  public init(width: Int, height: Int, channels: Int, pixels: [UInt8]) {
    precondition(pixels.count == width * height * channels)
    self.width = width
    self.height = height
    self.channels = channels
    self.pixels = pixels
  }

  /// A picture of one colour.
  public init(width: Int, height: Int, channels: Int, filledWith value: UInt8) {
    self.init(
      width: width, height: height, channels: channels,
      pixels: [UInt8](repeating: value, count: width * height * channels))
  }
}
