import PTrainCore
import PTrainImages

/// The weights of a first layer, a picture for each unit: what the unit looks for in a sample.
package struct WeightSheet {
  /// Units that are drawn at most.
  package static let mostUnits = 256
  private static let side = 84
  private static let gap = 10
  private static let margin = 16
  private static let headHeight = 64

  private let title: String
  private let shape: (height: Int, width: Int, channels: Int)
  private let units: Int
  private let weights: [Float]

  /// - Parameters:
  ///   - units: of the layer.
  ///   - weights: `[units, values of a sample]`.
  ///   - inputShape: a sample's, an image's; channels are shown by their mean.
  package init(title: String, units: Int, weights: [Float], inputShape: Shape) throws(PictureError) {
    precondition(weights.count == units * inputShape.elementCount, "\(weights.count) weights of \(units) units")
    shape = try SampleImage.size(inputShape)
    self.title = title
    self.units = min(units, Self.mostUnits)
    self.weights = weights
  }

  /// The largest weight by size, which has the darkest colour; what isn't finite is left out.
  private var largest: Float {
    let largest = (0..<units).flatMap(means).reduce(0) { $1.isFinite ? max($0, abs($1)) : $0 }
    return largest > 0 ? largest : 1
  }

  /// A unit's weight at each pixel, `[height, width]`.
  private func means(_ unit: Int) -> [Float] {
    let count = shape.height * shape.width
    return (0..<count).map { pixel in
      let start = (unit * count + pixel) * shape.channels
      return weights[start..<(start + shape.channels)].reduce(0, +) / Float(shape.channels)
    }
  }

  package var image: PixelImage {
    let columns = min(units, max(6, Int(Double(units).squareRoot().rounded(.up))), 16)
    let rows = (units + max(1, columns) - 1) / max(1, columns)
    let tile = (width: Self.side + Self.gap, height: Self.side + Self.gap + 14)
    let width = max(660, 2 * Self.margin + columns * tile.width)
    var image = PixelImage(
      width: width, height: Self.headHeight + rows * tile.height + Self.margin, channels: 3, filledWith: 255)
    image.write(
      PixelImage.fitted(title, width: width - 2 * Self.margin, scale: 2), x: Self.margin, y: 12, scale: 2,
      color: PictureColor.black)
    let largest = largest
    drawScale(largest, on: &image)
    for unit in 0..<units {
      let (x, y) = (Self.margin + unit % columns * tile.width, Self.headHeight + unit / columns * tile.height)
      let picture = picture(unit, largest).fitted(side: Self.side)
      image.place(picture, x: x + (Self.side - picture.width) / 2, y: y + (Self.side - picture.height) / 2)
      image.write("\(unit)", centredAt: x + Self.side / 2, y: y + Self.side + 3, scale: 1, color: PictureColor.grey)
    }
    return image
  }

  private func picture(_ unit: Int, _ largest: Float) -> PixelImage {
    PixelImage(
      width: shape.width, height: shape.height, channels: 3,
      pixels: means(unit).flatMap { PictureColor.diverging(Double($0 / largest)) })
  }

  /// A bar of all colours with the weights at its ends and at its middle.
  private func drawScale(_ largest: Float, on image: inout PixelImage) {
    let bar = (left: Self.margin + 110, width: 240, top: 36, height: 14)
    for column in 0..<bar.width {
      let value = Double(column) / Double(bar.width - 1) * 2 - 1
      image.fill(
        columns: (bar.left + column)..<(bar.left + column + 1), rows: bar.top..<(bar.top + bar.height),
        with: PictureColor.diverging(value))
    }
    let text = NumberText.fixed(Double(largest), 3)
    image.write("−\(text)", x: Self.margin, y: bar.top, scale: 2, color: PictureColor.blue)
    image.write("+\(text)", x: bar.left + bar.width + 10, y: bar.top, scale: 2, color: PictureColor.red)
    image.write("white: 0", x: bar.left + bar.width + 120, y: bar.top, scale: 2, color: PictureColor.grey)
  }
}
