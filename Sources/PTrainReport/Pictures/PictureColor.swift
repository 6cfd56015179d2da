/// The colours of pictures.
enum PictureColor {
  static let white: [UInt8] = [255, 255, 255]
  static let black: [UInt8] = [0, 0, 0]
  static let grey: [UInt8] = [110, 110, 110]
  static let blue: [UInt8] = [33, 102, 172]
  static let red: [UInt8] = [178, 24, 43]

  /// From white at 0 to `color` at 1.
  static func shade(_ color: [UInt8], _ strength: Double) -> [UInt8] {
    let part = strength.isFinite ? max(0, min(1, strength)) : 0
    return color.map { UInt8((255 + (Double($0) - 255) * part).rounded()) }
  }

  /// Blue below 0, white at 0, red above: the ends of ColorBrewer's RdBu, which people who see no difference between
  /// red and green can tell apart (C. Brewer, https://colorbrewer2.org).
  static func diverging(_ value: Double) -> [UInt8] { shade(value < 0 ? blue : red, abs(value)) }
}
