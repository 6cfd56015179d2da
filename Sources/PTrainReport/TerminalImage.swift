import PTrainCore

/// Why a sample can't be drawn.
package enum TerminalImageError: DiagnosableError, Equatable {
  case notAnImage(Shape)

  package var diagnosis: Diagnosis {
    switch self {
    case .notAnImage(let shape):
      Diagnosis(
        .usage, found: "samples of shape \(shape)", expected: "images: height × width, or height × width × channels",
        remedy: "'ptrain predict' works for samples of any shape")
    }
  }
}

/// A sample drawn with characters.
///
/// On a terminal with colours each character is the half block `▀`, which shows two pixels: the upper one in
/// the foreground colour, the lower one in the background colour. Elsewhere a ramp of ASCII characters stands
/// for brightness, two characters a pixel, since characters are twice as high as wide.
package struct TerminalImage: Sendable {
  private static let ramp = Array(" .:-=+*#%@")
  private static let reset = "\u{1B}[0m"

  private let pixels: [UInt8]
  private let height: Int
  private let width: Int
  private let channels: Int

  /// - Parameters:
  ///   - pixels: row-major, one byte a value.
  ///   - shape: `[height, width]` or `[height, width, channels]`; 3 or 4 channels are red, green, blue (and an
  ///     ignored fourth), any other number is drawn grey by the mean.
  /// - Throws: if `shape` is not an image's.
  package init(pixels: [UInt8], shape: Shape) throws(TerminalImageError) {
    let dimensions = shape.dimensions
    guard (2...3).contains(dimensions.count), shape.elementCount > 0 else { throw .notAnImage(shape) }
    precondition(pixels.count == shape.elementCount, "\(pixels.count) values for an image of \(shape)")
    self.pixels = pixels
    height = dimensions[0]
    width = dimensions[1]
    channels = dimensions.count == 3 ? dimensions[2] : 1
  }

  /// The picture, at most as wide as the terminal (larger ones are reduced by a whole factor, by the mean over
  /// blocks); each line ends in a newline.
  package func text(terminal: TerminalCapabilities) -> String {
    let usesBlocks = terminal.color != .none && terminal.unicode
    let room = max(1, usesBlocks ? terminal.width : terminal.width / 2)
    let factor = (width + room - 1) / room
    let rows = (height + factor - 1) / factor
    let columns = (width + factor - 1) / factor
    let color = { (row: Int, column: Int) in mean(row: row, column: column, factor: factor) }
    guard usesBlocks else {
      return (0..<rows).map { row in (0..<columns).map { Self.character(color(row, $0)) }.joined() + "\n" }.joined()
    }
    return stride(from: 0, to: rows, by: 2).map { row in
      (0..<columns).map { column in
        let lower = row + 1 < rows ? Self.sequence(48, color(row + 1, column), terminal.color) : Self.reset
        return lower + Self.sequence(38, color(row, column), terminal.color) + "▀"
      }.joined() + Self.reset + "\n"
    }.joined()
  }

  /// The mean colour of a block of `factor` × `factor` pixels, cut off at the picture's edge.
  private func mean(row: Int, column: Int, factor: Int) -> SIMD3<Int> {
    var sum = SIMD3<Int>.zero
    var count = 0
    for y in row * factor..<min(height, (row + 1) * factor) {
      for x in column * factor..<min(width, (column + 1) * factor) {
        sum &+= color(row: y, column: x)
        count += 1
      }
    }
    return sum / SIMD3(repeating: max(1, count))
  }

  private func color(row: Int, column: Int) -> SIMD3<Int> {
    let first = (row * width + column) * channels
    let values = pixels[first..<first + channels].map(Int.init)
    return channels == 3 || channels == 4
      ? SIMD3(values[0], values[1], values[2])
      : SIMD3(repeating: values.reduce(0, +) / channels)
  }

  /// Rec. 601 luma picks the character.
  private static func character(_ color: SIMD3<Int>) -> String {
    let luma = (299 * color[0] + 587 * color[1] + 114 * color[2]) / 1000
    let character = ramp[luma * (ramp.count - 1) / 255]
    return String(repeating: character, count: 2)
  }

  /// The control sequence for a foreground (38) or background (48) colour.
  private static func sequence(_ plane: Int, _ color: SIMD3<Int>, _ depth: TerminalCapabilities.Color) -> String {
    depth == .full
      ? "\u{1B}[\(plane);2;\(color[0]);\(color[1]);\(color[2])m"
      : "\u{1B}[\(plane);5;\(paletteIndex(color))m"
  }

  /// The nearest of the palette's 24 greys for a grey, else of its 6 × 6 × 6 colours (xterm's values: greys
  /// 8, 18, … 238; colour levels 0, 95, 135, 175, 215, 255).
  static func paletteIndex(_ color: SIMD3<Int>) -> Int {
    if color[0] == color[1] && color[1] == color[2] {
      guard color[0] >= 4 else { return 16 }
      guard color[0] <= 246 else { return 231 }
      return 232 + min(23, max(0, (color[0] - 3) / 10))
    }
    let level = { (value: Int) in value < 48 ? 0 : value < 115 ? 1 : (value - 35) / 40 }
    return 16 + 36 * level(color[0]) + 6 * level(color[1]) + level(color[2])
  }
}
