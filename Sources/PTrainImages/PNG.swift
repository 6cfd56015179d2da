import CPNG

/// Pictures as the bytes of PNG files, through libpng's simplified interface, which needs no `setjmp`.
package enum PNG {
  /// Bytes of a file that is read at all.
  package static let largestFileBytes = 1 << 28
  /// Pixels a side, libpng's own limit.
  package static let longestSide = 1_000_000
  /// Pixels that are decoded: 256 MiB with red, green, blue and opacity.
  package static let largestPixelCount = 1 << 26

  /// The picture in `bytes`: 1 channel if it is grey, 3 if it has colours (or a palette), 4 if some of it can be
  /// transparent; 8 bits each, whatever the file has.
  ///
  /// The values are those that are stored: gamma and colour profiles are ignored, as data sets' readers do.
  ///
  /// - Parameter file: its name, for errors.
  package static func decode(_ bytes: [UInt8], file: String) throws(PNGError) -> PixelImage {
    let content = try PNGContent(bytes, name: file)
    var image = png_image()
    image.version = png_uint_32(PNG_IMAGE_VERSION)
    defer { png_image_free(&image) }
    let decoded = content.bytes.withUnsafeBytes { bytes -> PixelImage? in
      guard png_image_begin_read_from_memory(&image, bytes.baseAddress, bytes.count) != 0,
        Int(image.width) == content.width, Int(image.height) == content.height
      else { return nil }
      return content.isDeepAndInterlaced ? readDeepPixels(&image) : readPixels(&image)
    }
    guard let decoded else {
      throw .malformed(file: file, found: "damaged data (\(message(image)))", expected: "an intact PNG picture")
    }
    return decoded
  }

  /// Decodes the rows of a picture whose header has been read.
  private static func readPixels(_ image: inout png_image) -> PixelImage? {
    let (isColor, hasOpacity) = (image.format & PNG_FORMAT_FLAG_COLOR != 0, image.format & PNG_FORMAT_FLAG_ALPHA != 0)
    let channels = hasOpacity ? 4 : isColor ? 3 : 1
    image.format = format(channels: channels)
    // Without it values of 16 bits would count as linear light.
    image.flags |= png_uint_32(PNG_IMAGE_FLAG_16BIT_sRGB)
    var pixels = [UInt8](repeating: 0, count: Int(image.width) * Int(image.height) * channels)
    let isRead = pixels.withUnsafeMutableBytes { pixels in
      png_image_finish_read(&image, nil, pixels.baseAddress, 0, nil) != 0
    }
    guard isRead else { return nil }
    return PixelImage(width: Int(image.width), height: Int(image.height), channels: channels, pixels: pixels)
  }

  /// The same for interlaced pictures of 16 bits, whose reduction to 8 bits mixes rows up in libpng 1.6
  /// (pnggroup/libpng, issue 853): they are read as they are, colours times opacity, and reduced here.
  private static func readDeepPixels(_ image: inout png_image) -> PixelImage? {
    let (isColor, hasOpacity) = (image.format & PNG_FORMAT_FLAG_COLOR != 0, image.format & PNG_FORMAT_FLAG_ALPHA != 0)
    let channels = hasOpacity ? 4 : isColor ? 3 : 1
    image.format = format(channels: channels) | png_uint_32(PNG_FORMAT_FLAG_LINEAR)
    var values = [UInt16](repeating: 0, count: Int(image.width) * Int(image.height) * channels)
    let isRead = values.withUnsafeMutableBytes { values in
      png_image_finish_read(&image, nil, values.baseAddress, 0, nil) != 0
    }
    guard isRead else { return nil }
    let pixels = values.indices.map { index in
      let opacity = hasOpacity && index % 4 < 3 ? Int(values[index / 4 * 4 + 3]) : 0xFFFF
      return opacity == 0 ? 0 : UInt8(min(255, (Int(values[index]) * 255 + opacity / 2) / opacity))
    }
    return PixelImage(width: Int(image.width), height: Int(image.height), channels: channels, pixels: pixels)
  }

  /// The bytes of a file that holds `picture`; the same picture gives the same bytes.
  package static func encode(_ picture: PixelImage) throws(PNGError) -> [UInt8] {
    let (width, height) = (picture.width, picture.height)
    guard width > 0, height > 0, let wide = png_uint_32(exactly: width), let high = png_uint_32(exactly: height) else {
      throw .notEncoded(width: width, height: height, reason: "its size")
    }
    var image = png_image()
    image.version = png_uint_32(PNG_IMAGE_VERSION)
    (image.width, image.height, image.format) = (wide, high, format(channels: picture.channels))
    defer { png_image_free(&image) }
    var bytes: [UInt8] = []
    let isWritten = picture.pixels.withUnsafeBytes { pixels in
      var size: png_alloc_size_t = 0
      // First the size alone, then the bytes.
      guard png_image_write_to_memory(&image, nil, &size, 0, pixels.baseAddress, 0, nil) != 0 else { return false }
      bytes = [UInt8](repeating: 0, count: Int(size))
      return bytes.withUnsafeMutableBytes {
        png_image_write_to_memory(&image, $0.baseAddress, &size, 0, pixels.baseAddress, 0, nil) != 0
      }
    }
    guard isWritten else { throw .notEncoded(width: width, height: height, reason: message(image)) }
    return bytes
  }

  private static func format(channels: Int) -> png_uint_32 {
    switch channels {
    case 4: png_uint_32(PNG_FORMAT_FLAG_COLOR | PNG_FORMAT_FLAG_ALPHA)
    case 3: png_uint_32(PNG_FORMAT_FLAG_COLOR)
    default: 0
    }
  }

  /// What libpng has to say.
  private static func message(_ image: png_image) -> String {
    let text = withUnsafeBytes(of: image.message) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
    return text.isEmpty ? "no pixels" : text
  }
}
