import FoundationEssentials
import PTrainCore
import PTrainImages
import PTrainTraining

/// The test samples that a model told wrong, those first of which it was surest.
package struct WrongSamples {
  package static let mostShown = 60

  /// At most ``mostShown``, with their pixels as packed.
  package let shown: [(prediction: SamplePrediction, pixels: [UInt8])]
  package let count: Int
  private let shape: Shape

  /// - Parameters:
  ///   - shape: a sample's.
  ///   - pixels: gives those of a sample, row-major.
  package init(
    of predictions: [SamplePrediction], shape: Shape, pixels: (Int) throws -> [UInt8]
  ) rethrows {
    let wrong = predictions.filter(\.isWrong)
    // Equally sure ones in their own order.
    let surest = wrong.sorted { ($1.output, $0.index) < ($0.output, $1.index) }.prefix(Self.mostShown)
    shown = try surest.map { ($0, try pixels($0.index)) }
    count = wrong.count
    self.shape = shape
  }

  var markup: Markup {
    guard count > 0 else { return "<p>None: every test sample was told right.</p>" }
    let figures = shown.markup { prediction, pixels in
      let output = NumberText.percent(Double(prediction.output), 0)
      return """
        <li><figure>\(picture(pixels, of: prediction))<figcaption>sample \(prediction.index)<br>\
        is \(prediction.label), taken for \(prediction.predicted)<br>\(output)</figcaption></figure></li>

        """
    }
    let rest = count > shown.count ? "; shown are the \(shown.count) of which the model was surest" : ""
    return """
      <p>\(NumberText.grouped(count)) test samples were told wrong\(rest).</p>
      <ul class="gallery">
      \(figures)</ul>

      """
  }

  /// Nothing for samples that are no picture.
  private func picture(_ pixels: [UInt8], of prediction: SamplePrediction) -> Markup {
    guard let image = Self.image(pixels, shape: shape), let bytes = try? PNG.encode(image) else { return "" }
    let description = "sample \(prediction.index) of class \(prediction.label)"
    return """
      <img src="data:image/png;base64,\(Data(bytes).base64EncodedString())" width="\(image.width)" \
      height="\(image.height)" alt="\(description)">
      """
  }

  /// `[height, width]`, or with 1, 3 or 4 channels after it; `nil` for other shapes and sides above 1,024.
  private static func image(_ pixels: [UInt8], shape: Shape) -> PixelImage? {
    let dimensions = shape.dimensions
    guard (2...3).contains(dimensions.count), pixels.count == shape.elementCount,
      (1...1024).contains(dimensions[0]), (1...1024).contains(dimensions[1])
    else { return nil }
    let channels = dimensions.count == 3 ? dimensions[2] : 1
    guard [1, 3, 4].contains(channels) else { return nil }
    return PixelImage(width: dimensions[1], height: dimensions[0], channels: channels, pixels: pixels)
  }
}
