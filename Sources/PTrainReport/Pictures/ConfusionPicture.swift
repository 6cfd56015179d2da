import PTrainImages

/// A confusion matrix as a picture: blue squares where label and prediction agree, red ones where they don't.
package struct ConfusionPicture {
  private static let margin = 16
  private static let titleHeight = 104

  private let matrix: ConfusionMatrix
  private let title: String
  private let cell: Int
  private let nameWidth: Int
  /// Labels stand beside the squares only where these are high enough.
  private let hasLabels: Bool

  package init(_ matrix: ConfusionMatrix, title: String) {
    self.matrix = matrix
    self.title = title
    let cell = max(4, min(56, 900 / max(1, matrix.classCount)))
    let hasLabels = cell >= 9
    let longest = matrix.names.map { PixelImage.textSize($0, scale: cell >= 18 ? 2 : 1).width }.max() ?? 0
    (self.cell, self.hasLabels) = (cell, hasLabels)
    nameWidth = hasLabels ? min(180, max(60, longest)) : 60
  }

  /// Letters beside the squares.
  private var scale: Int { cell >= 18 ? 2 : 1 }
  private var left: Int { Self.margin + nameWidth + 8 }
  private var top: Int { Self.titleHeight }
  private var side: Int { cell * matrix.classCount }

  /// The picture: colours by the share of the label's samples; of the mistakes by its root, so that rare ones show.
  package var image: PixelImage {
    let width = max(left + side + 130, left + PixelImage.textSize(summary, scale: 2).width + Self.margin)
    var image = PixelImage(
      width: width, height: top + side + 60, channels: 3, filledWith: 255)
    image.write(
      PixelImage.fitted(title, width: width - 2 * Self.margin, scale: 2), x: Self.margin, y: 12, scale: 2,
      color: PictureColor.black)
    image.write(summary, x: Self.margin, y: 34, scale: 2, color: PictureColor.grey)
    drawSquares(on: &image)
    drawNames(on: &image)
    return image
  }

  private var summary: String {
    let accuracy = matrix.accuracy.map { NumberText.percent($0) } ?? "-"
    return "\(NumberText.grouped(matrix.sampleCount)) samples, accuracy \(accuracy)"
  }

  private func drawSquares(on image: inout PixelImage) {
    let mistakes = matrix.counts.indices.flatMap { label in
      matrix.counts.indices.filter { $0 != label }.map { share(label, $0) }
    }
    let most = mistakes.max() ?? 0
    for label in matrix.counts.indices {
      for predicted in matrix.counts.indices {
        let share = share(label, predicted)
        let strength = label == predicted ? share : most > 0 ? (share / most).squareRoot() * 0.8 : 0
        let color = PictureColor.shade(label == predicted ? PictureColor.blue : PictureColor.red, strength)
        let (x, y) = (left + predicted * cell, top + label * cell)
        let gap = cell >= 12 ? 1 : 0
        image.fill(columns: x..<(x + cell - gap), rows: y..<(y + cell - gap), with: color)
        drawCount(matrix.counts[label][predicted], x: x, y: y, isDark: strength > 0.55, on: &image)
      }
    }
  }

  private func share(_ label: Int, _ predicted: Int) -> Double {
    let all = matrix.counts[label].reduce(0, +)
    return all > 0 ? Double(matrix.counts[label][predicted]) / Double(all) : 0
  }

  /// A count in its square, if there is room for it.
  private func drawCount(_ count: Int, x: Int, y: Int, isDark: Bool, on image: inout PixelImage) {
    let text = "\(count)"
    guard let scale = [2, 1].first(where: { PixelImage.textSize(text, scale: $0).width <= cell - 4 }), cell >= 12,
      count > 0
    else { return }
    let height = PixelImage.textSize(text, scale: scale).height
    image.write(
      text, centredAt: x + cell / 2, y: y + (cell - height) / 2, scale: scale,
      color: isDark ? PictureColor.white : PictureColor.black)
  }

  private func drawNames(on image: inout PixelImage) {
    let height = PixelImage.textSize("0", scale: scale).height
    image.write("predicted class", x: left, y: top - 42, scale: 2, color: PictureColor.grey)
    image.write("label", x: Self.margin, y: top - 18, scale: 2, color: PictureColor.grey)
    image.write("recall", x: left + side + 10, y: top - 18, scale: 2, color: PictureColor.grey)
    image.write("precision, % of the column", x: left, y: top + side + 30, scale: 2, color: PictureColor.grey)
    guard hasLabels else { return }
    for (index, name) in matrix.names.enumerated() {
      let y = top + index * cell + (cell - height) / 2
      let label = PixelImage.fitted(name, width: nameWidth, scale: scale)
      let labelWidth = PixelImage.textSize(label, scale: scale).width
      image.write(label, x: left - 8 - labelWidth, y: y, scale: scale, color: PictureColor.black)
      let recall = matrix.recall(index).map { NumberText.percent($0, 1) } ?? "-"
      image.write(recall, x: left + side + 10, y: y, scale: scale, color: PictureColor.black)
      drawColumn(index, name, on: &image)
    }
  }

  /// A class's name above its column and its precision below, where they fit.
  private func drawColumn(_ index: Int, _ name: String, on image: inout PixelImage) {
    let middle = left + index * cell + cell / 2
    let width = cell - 2
    image.write(
      PixelImage.fitted(name, width: width, scale: scale), centredAt: middle, y: top - 18, scale: scale,
      color: PictureColor.black)
    let precision = matrix.precision(index).map { NumberText.fixed($0 * 100, 1) } ?? "-"
    guard PixelImage.textSize(precision, scale: 1).width <= width else { return }
    let fits = PixelImage.textSize(precision, scale: 2).width <= width
    image.write(precision, centredAt: middle, y: top + side + 6, scale: fits ? 2 : 1, color: PictureColor.black)
  }
}
