/// Letters of 5 × 7 pixels, for labels in pictures; some reach up to 2 further down.
enum PixelFont {
  static let width = 5
  static let height = 7
  static let descent = 2

  /// The rows of a character from the top, 7 or 9 of five bits each, the highest of them on the left; a box for
  /// characters that have no picture.
  static func rows(of character: Character) -> [UInt8] { glyphs[character] ?? box }

  private static let box: [UInt8] = [31, 17, 17, 17, 17, 17, 31]

  /// Two hexadecimal digits a row.
  private static let drawings: [(Character, String)] = [
    (" ", "00000000000000"), ("!", "04040404040004"), ("\"", "0A0A0000000000"), ("#", "0A0A1F0A1F0A0A"),
    ("$", "040F140E051E04"), ("%", "18190204081303"), ("&", "0C12140815120D"), ("'", "04040000000000"),
    ("(", "02040808080402"), (")", "08040202020408"), ("*", "0004150E150400"), ("+", "0004041F040400"),
    (",", "000000000004040800"), ("-", "0000001F000000"), (".", "00000000000C0C"), ("/", "01010204081010"),
    ("0", "0E11131519110E"), ("1", "040C040404040E"), ("2", "0E11010204081F"), ("3", "1F02040201110E"),
    ("4", "02060A121F0202"), ("5", "1F101E0101110E"), ("6", "0608101E11110E"), ("7", "1F010204080808"),
    ("8", "0E11110E11110E"), ("9", "0E11110F01020C"), (":", "000C0C000C0C00"), (";", "00000C0C0004040800"),
    ("<", "02040810080402"), ("=", "00001F001F0000"), (">", "08040201020408"), ("?", "0E110102040004"),
    ("@", "0E11171517100E"), ("A", "0E11111F111111"), ("B", "1E11111E11111E"), ("C", "0E11101010110E"),
    ("D", "1C12111111121C"), ("E", "1F10101E10101F"), ("F", "1F10101E101010"), ("G", "0E11101713110F"),
    ("H", "1111111F111111"), ("I", "0E04040404040E"), ("J", "0702020202120C"), ("K", "11121418141211"),
    ("L", "1010101010101F"), ("M", "111B1515111111"), ("N", "11191513111111"), ("O", "0E11111111110E"),
    ("P", "1E11111E101010"), ("Q", "0E11111115120D"), ("R", "1E11111E141211"), ("S", "0F10100E01011E"),
    ("T", "1F040404040404"), ("U", "1111111111110E"), ("V", "11111111110A04"), ("W", "1111111515150A"),
    ("X", "11110A040A1111"), ("Y", "11110A04040404"), ("Z", "1F01020408101F"), ("[", "0E08080808080E"),
    ("\\", "10100804020101"), ("]", "0E02020202020E"), ("^", "040A1100000000"), ("_", "0000000000001F"),
    ("`", "08040000000000"), ("a", "00000E010F110F"), ("b", "10101E1111111E"), ("c", "00000E1110110E"),
    ("d", "01010F1111110F"), ("e", "00000E111F100E"), ("f", "0609081C080808"), ("g", "00000F1111110F010E"),
    ("h", "10101619111111"), ("i", "04000C0404040E"), ("j", "02000602020202120C"), ("k", "10101214181412"),
    ("l", "0C04040404040E"), ("m", "00001A15151111"), ("n", "00001619111111"), ("o", "00000E1111110E"),
    ("p", "00001E1111111E1010"), ("q", "00000F1111110F0101"), ("r", "00001619101010"), ("s", "00000F100E011E"),
    ("t", "08081C08080906"), ("u", "0000111111130D"), ("v", "00001111110A04"), ("w", "0000111115150A"),
    ("x", "0000110A040A11"), ("y", "0000111111110F010E"), ("z", "00001F0204081F"), ("{", "02040408040402"),
    ("|", "04040404040404"), ("}", "08040402040408"), ("~", "00000815020000"), ("→", "0004021F020400"),
    ("−", "0000001F000000"), ("±", "04041F0404001F"), ("×", "0000110A040A11"), ("…", "00000000000015"),
  ]

  private static let glyphs: [Character: [UInt8]] = Dictionary(
    uniqueKeysWithValues: drawings.map { character, drawing in
      let digits = drawing.compactMap(\.hexDigitValue)
      return (character, stride(from: 0, to: digits.count, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) })
    })
}

extension PixelImage {
  /// Pixels that a line of text takes above its base line, of letters `scale` times as large as ``PixelFont``'s.
  package static func textSize(_ text: String, scale: Int) -> (width: Int, height: Int) {
    (max(0, text.count * (PixelFont.width + 1) - 1) * scale, PixelFont.height * scale)
  }

  /// Writes one line with its upper left corner at (`x`, `y`), in one colour, a byte a channel.
  package mutating func write(_ text: String, x: Int, y: Int, scale: Int, color: [UInt8]) {
    for (place, character) in text.enumerated() {
      let left = x + place * (PixelFont.width + 1) * scale
      for (row, bits) in PixelFont.rows(of: character).enumerated() {
        for column in 0..<PixelFont.width where bits >> (PixelFont.width - 1 - column) & 1 == 1 {
          let (pixelX, pixelY) = (left + column * scale, y + row * scale)
          fill(columns: pixelX..<(pixelX + scale), rows: pixelY..<(pixelY + scale), with: color)
        }
      }
    }
  }

  /// Writes one line with its middle at `x`.
  package mutating func write(_ text: String, centredAt x: Int, y: Int, scale: Int, color: [UInt8]) {
    write(text, x: x - Self.textSize(text, scale: scale).width / 2, y: y, scale: scale, color: color)
  }

  /// `text`, or as much of it as fits `width` pixels, ended by an ellipsis.
  package static func fitted(_ text: String, width: Int, scale: Int) -> String {
    guard textSize(text, scale: scale).width > width else { return text }
    let count = max(1, (width / scale + 1) / (PixelFont.width + 1))
    return String(text.prefix(count - 1)) + "…"
  }
}
