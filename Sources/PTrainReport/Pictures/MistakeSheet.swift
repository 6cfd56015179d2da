import PTrainImages

/// A sheet of misclassified samples, each with its label and what it was taken for.
package struct MistakeSheet {
  private static let columns = 10
  private static let side = 84
  private static let tile = (width: 108, height: 128)
  private static let margin = 16
  private static let headHeight = 60

  private let title: String
  private let name: (Int) -> String
  private let tiles: [(mistake: Mistake, picture: PixelImage)]

  /// - Parameters:
  ///   - title: one line.
  ///   - tiles: the samples as colour pictures, in order.
  ///   - name: what a class is called.
  package init(title: String, tiles: [(mistake: Mistake, picture: PixelImage)], name: @escaping (Int) -> String) {
    self.title = title
    self.name = name
    self.tiles = tiles
  }

  package var image: PixelImage {
    let rows = max(1, (tiles.count + Self.columns - 1) / Self.columns)
    var image = PixelImage(
      width: 2 * Self.margin + Self.columns * Self.tile.width,
      height: Self.headHeight + rows * Self.tile.height + Self.margin, channels: 3, filledWith: 255)
    image.write(
      PixelImage.fitted(title, width: image.width - 2 * Self.margin, scale: 2), x: Self.margin, y: 12, scale: 2,
      color: PictureColor.black)
    image.write(
      "label → prediction; number of the sample, probability of the prediction", x: Self.margin, y: 34, scale: 2,
      color: PictureColor.grey)
    for (index, tile) in tiles.enumerated() {
      draw(
        tile.mistake, tile.picture, x: Self.margin + index % Self.columns * Self.tile.width,
        y: Self.headHeight + index / Self.columns * Self.tile.height, on: &image)
    }
    return image
  }

  private func draw(_ mistake: Mistake, _ picture: PixelImage, x: Int, y: Int, on image: inout PixelImage) {
    let fitted = picture.fitted(side: Self.side)
    let middle = x + Self.tile.width / 2
    image.place(fitted, x: middle - fitted.width / 2, y: y + Self.side - fitted.height)
    let (label, predicted) = (name(mistake.label), name(mistake.predicted))
    let text = "\(label) → \(predicted)"
    let width = Self.tile.width - 4
    let scale = PixelImage.textSize(text, scale: 2).width <= width ? 2 : 1
    image.write(
      PixelImage.fitted(text, width: width, scale: scale), centredAt: middle, y: y + Self.side + 5, scale: scale,
      color: PictureColor.red)
    image.write(
      "\(mistake.index), \(NumberText.percent(Double(mistake.probability), 1))", centredAt: middle,
      y: y + Self.side + 24, scale: 1, color: PictureColor.grey)
  }
}
