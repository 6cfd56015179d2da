/// What makes of a drawn or photographed digit a picture as MNIST's are.
///
/// MNIST's were "size normalized to fit in a 20x20 pixel box while preserving their aspect ratio", and "centered
/// in a 28x28 image by computing the center of mass of the pixels, and translating the image so as to position
/// this point at the center of the 28x28 field" (Y. LeCun, C. Cortes, C. Burges, "The MNIST database of
/// handwritten digits", http://yann.lecun.com/exdb/mnist). They are light on black. That point lies in [14, 15) from
/// the left and from the top in all of the 4,096 test images that were measured: the pixel that holds it is number 14,
/// and moves are by whole pixels.
package enum DrawnDigit {
  package static let side = 28
  private static let boxSide = 20
  /// What is fainter, after the contrast is stretched, counts as background: a tenth of the range.
  private static let faintest: UInt8 = 26

  /// A grey picture of 28 × 28; `nil` if `picture` shows nothing but one shade.
  ///
  /// Its steps: grey; light on dark (inverted if the median of the edge is 128 or more); the edge's median becomes
  /// 0 and the lightest value 255; the part that is not background, scaled so that its longer side is 20; stretched
  /// again, since thin lines fade when they are scaled down; moved by whole pixels so that its centre of mass lies
  /// in pixel 14, or as near to it as can be without anything being cut off.
  package static func normalised(_ picture: PixelImage) -> PixelImage? {
    let grey = picture.grey()
    guard !grey.pixels.isEmpty else { return nil }
    let light = grey.borderMedian >= 128 ? grey.inverted() : grey
    guard let stretched = stretched(light, from: light.borderMedian),
      let box = stretched.boundingBox(above: faintest)
    else { return nil }
    let digit = stretched.cropped(columns: box.columns, rows: box.rows)
    let longest = max(digit.width, digit.height)
    let length = { (side: Int) in max(1, (side * boxSide + longest / 2) / longest) }
    let scaled = digit.scaled(width: length(digit.width), height: length(digit.height))
    return centred(self.stretched(scaled, from: 0) ?? scaled)
  }

  /// `black` becomes 0 and the lightest value 255; `nil` if nothing is lighter than `black`.
  private static func stretched(_ picture: PixelImage, from black: UInt8) -> PixelImage? {
    guard let white = picture.pixels.max(), white > black else { return nil }
    var result = picture
    let range = Int(white) - Int(black)
    for (index, value) in picture.pixels.enumerated() {
      result.pixels[index] = UInt8((max(0, Int(value) - Int(black)) * 255 + range / 2) / range)
    }
    return result
  }

  private static func centred(_ digit: PixelImage) -> PixelImage {
    let center = centerOfMass(digit)
    let offset = { (center: Double, length: Int) in
      max(0, min(side - length, side / 2 - Int(center)))
    }
    var result = PixelImage(width: side, height: side, channels: 1, filledWith: 0)
    result.place(digit, x: offset(center.x, digit.width), y: offset(center.y, digit.height))
    return result
  }

  /// Of the values as masses at the middles of their pixels; the first pixel's middle is (½, ½).
  static func centerOfMass(_ picture: PixelImage) -> (x: Double, y: Double) {
    var (mass, x, y) = (0.0, 0.0, 0.0)
    for (index, value) in picture.pixels.enumerated() {
      mass += Double(value)
      x += Double(value) * (Double(index % picture.width) + 0.5)
      y += Double(value) * (Double(index / picture.width) + 0.5)
    }
    return mass > 0 ? (x / mass, y / mass) : (Double(picture.width) / 2, Double(picture.height) / 2)
  }
}
