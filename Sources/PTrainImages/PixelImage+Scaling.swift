extension PixelImage {
  /// The same picture in another size, each axis by itself: the mean over the area that a pixel covers where the
  /// axis gets shorter, linear interpolation between pixel centres where it gets longer.
  ///
  /// Shorter: pixel i is the integral over [i · s, (i + 1) · s) divided by s, with s = old / new.
  /// Longer: pixel i is the value at (i + ½) · s − ½; beyond the outermost centres it stays what it is there.
  /// Results are rounded to the nearest byte, halves up.
  ///
  /// - Precondition: neither picture is empty.
  /// - Complexity: O(pixels of both); keeps one row of numbers beside the pictures.
  package func scaled(width: Int, height: Int) -> PixelImage {
    precondition(width > 0 && height > 0 && self.width > 0 && self.height > 0, "an empty picture")
    let columns = ResampledAxis(from: self.width, to: width)
    let rows = ResampledAxis(from: self.height, to: height)
    var result = PixelImage(width: width, height: height, channels: channels, filledWith: 0)
    var line = [Float](repeating: 0, count: self.width * channels)
    for row in 0..<height {
      sum(rows[row], into: &line)
      for column in 0..<width {
        let part = columns[column]
        for channel in 0..<channels {
          var value: Float = 0
          for (index, weight) in part.weights.enumerated() {
            value += weight * line[(part.first + index) * channels + channel]
          }
          result.pixels[(row * width + column) * channels + channel] = UInt8(max(0, min(255, value + 0.5)))
        }
      }
    }
    return result
  }

  /// The weighted sum of some rows; overwrites `line`.
  private func sum(_ part: ResampledAxis.Part, into line: inout [Float]) {
    for index in line.indices { line[index] = 0 }
    for (offset, weight) in part.weights.enumerated() {
      let start = (part.first + offset) * line.count
      for index in line.indices { line[index] += weight * Float(pixels[start + index]) }
    }
  }
}

/// Which pixels along an axis make up each pixel of a resampled one.
struct ResampledAxis: Equatable {
  struct Part: Equatable {
    let first: Int
    /// Of the pixels from ``first`` on; they add up to 1.
    let weights: [Float]
  }

  private let parts: [Part]

  subscript(index: Int) -> Part { parts[index] }

  init(from source: Int, to target: Int) {
    parts = (0..<target).map { index in
      target < source
        ? Self.area(index, source: source, target: target) : Self.linear(index, source: source, target: target)
    }
  }

  /// In units in which an old pixel is `target` long and a new one `source`: whole numbers.
  private static func area(_ index: Int, source: Int, target: Int) -> Part {
    let (start, end) = (index * source, (index + 1) * source)
    let (first, last) = (start / target, (end - 1) / target)
    let weights = (first...last).map { pixel in
      Float(min(end, (pixel + 1) * target) - max(start, pixel * target)) / Float(source)
    }
    return Part(first: first, weights: weights)
  }

  private static func linear(_ index: Int, source: Int, target: Int) -> Part {
    let place = (Float(index) + 0.5) * Float(source) / Float(target) - 0.5
    let first = place.rounded(.down)
    guard first >= 0, Int(first) + 1 < source, place > first else {
      return Part(first: min(source - 1, max(0, Int(first))), weights: [1])
    }
    return Part(first: Int(first), weights: [1 - (place - first), place - first])
  }
}
