extension PixelImage {
  /// The part of the picture in `columns` and `rows`.
  ///
  /// - Precondition: both lie inside.
  package func cropped(columns: Range<Int>, rows: Range<Int>) -> PixelImage {
    precondition(columns.lowerBound >= 0 && columns.upperBound <= width, "columns \(columns) of \(width)")
    precondition(rows.lowerBound >= 0 && rows.upperBound <= height, "rows \(rows) of \(height)")
    let pixels = rows.flatMap { row in
      self.pixels[((row * width + columns.lowerBound) * channels)..<((row * width + columns.upperBound) * channels)]
    }
    return PixelImage(width: columns.count, height: rows.count, channels: channels, pixels: pixels)
  }

  /// Lays `picture`, which has as many channels, over this one with its upper left corner at (`x`, `y`); what
  /// lies outside is cut off.
  package mutating func place(_ picture: PixelImage, x: Int, y: Int) {
    precondition(picture.channels == channels, "\(picture.channels) channels on \(channels)")
    let columns = max(0, -x)..<max(max(0, -x), min(picture.width, width - x))
    guard !columns.isEmpty else { return }
    for row in 0..<picture.height where (0..<height).contains(y + row) {
      let source = (row * picture.width + columns.lowerBound) * channels
      let target = ((y + row) * width + x + columns.lowerBound) * channels
      let count = columns.count * channels
      pixels.replaceSubrange(target..<(target + count), with: picture.pixels[source..<(source + count)])
    }
  }

  /// Fills the part of `columns` and `rows` that lies inside with one colour, a byte a channel.
  package mutating func fill(columns: Range<Int>, rows: Range<Int>, with color: [UInt8]) {
    precondition(color.count == channels, "\(color.count) values for \(channels) channels")
    for row in rows.clamped(to: 0..<height) {
      for column in columns.clamped(to: 0..<width) {
        for channel in 0..<channels { pixels[(row * width + column) * channels + channel] = color[channel] }
      }
    }
  }

  /// The smallest part with all values above `threshold`; `nil` if there are none. Grey pictures only.
  func boundingBox(above threshold: UInt8) -> (columns: Range<Int>, rows: Range<Int>)? {
    precondition(channels == 1, "\(channels) channels")
    var (left, right, top, bottom) = (width, -1, height, -1)
    for (index, value) in pixels.enumerated() where value > threshold {
      (left, right) = (min(left, index % width), max(right, index % width))
      (top, bottom) = (min(top, index / width), max(bottom, index / width))
    }
    return right < 0 ? nil : (left..<(right + 1), top..<(bottom + 1))
  }

  /// The median of the values along the picture's edge. Grey pictures only.
  var borderMedian: UInt8 {
    precondition(channels == 1 && !pixels.isEmpty, "a grey picture")
    let ends = (0..<height).flatMap { [pixels[$0 * width], pixels[$0 * width + width - 1]] }
    let edge = Array(pixels.prefix(width)) + pixels.suffix(width) + ends
    return edge.sorted()[edge.count / 2]
  }
}
