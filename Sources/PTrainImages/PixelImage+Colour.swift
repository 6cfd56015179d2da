extension PixelImage {
  /// The same without transparency, laid on a sheet of grey `background`: c · a + background · (1 − a).
  package func opaque(on background: UInt8 = 255) -> PixelImage {
    guard channels == 4 else { return self }
    var result = PixelImage(width: width, height: height, channels: 3, filledWith: 0)
    for pixel in 0..<(width * height) {
      let opacity = Int(pixels[pixel * 4 + 3])
      for channel in 0..<3 {
        let value = Int(pixels[pixel * 4 + channel]) * opacity + Int(background) * (255 - opacity)
        result.pixels[pixel * 3 + channel] = UInt8((value + 127) / 255)
      }
    }
    return result
  }

  /// One channel: the luma 0.299 R + 0.587 G + 0.114 B of ITU-R BT.601-7, section 2.5.1, in the integers that
  /// Pillow's `convert("L")` takes. What is transparent lies on white.
  package func grey() -> PixelImage {
    guard channels != 1 else { return self }
    let source = opaque()
    var result = PixelImage(width: width, height: height, channels: 1, filledWith: 0)
    for pixel in 0..<(width * height) {
      let weighted = (0..<3).reduce(0x8000) { $0 + Self.lumaWeights[$1] * Int(source.pixels[pixel * 3 + $1]) }
      result.pixels[pixel] = UInt8(weighted >> 16)
    }
    return result
  }

  /// In 65,536ths.
  private static let lumaWeights = [19595, 38470, 7471]

  /// Three channels. What is transparent lies on white.
  package func colored() -> PixelImage {
    guard channels == 1 else { return opaque() }
    return PixelImage(width: width, height: height, channels: 3, pixels: pixels.flatMap { [$0, $0, $0] })
  }

  /// Each value taken from 255.
  package func inverted() -> PixelImage {
    var result = self
    for index in result.pixels.indices { result.pixels[index] = 255 - result.pixels[index] }
    return result
  }
}
