import FoundationEssentials
import PTrainCore
import PTrainImages

/// The test samples that a model told wrong, those first of which it was surest.
package struct WrongSamples {
  package static let mostShown = 60
  /// Pictures above it, in pixels a side, are reduced.
  private static let longestSide = 256

  /// At most ``mostShown``, with their values as packed.
  package let shown: [(mistake: Mistake, values: [UInt8])]
  package let count: Int
  private let shape: Shape
  private let name: (Int) -> String

  /// - Parameters:
  ///   - mistakes: all, in the order in which they are shown.
  ///   - shape: a sample's.
  ///   - name: what a class is called.
  ///   - values: gives those of some samples, row-major.
  package init(
    _ mistakes: [Mistake], shape: Shape, name: @escaping (Int) -> String, values: ([Int]) throws -> [[UInt8]]
  ) rethrows {
    let surest = Array(mistakes.prefix(Self.mostShown))
    shown = zip(surest, try values(surest.map(\.index))).map { ($0, $1) }
    count = mistakes.count
    self.shape = shape
    self.name = name
  }

  var markup: Markup {
    guard count > 0 else { return "<p>None: every test sample was told right.</p>" }
    let figures = shown.markup { mistake, values in
      """
      <li><figure>\(picture(values, of: mistake))<figcaption>sample \(mistake.index)<br>is \(name(mistake.label)), \
      taken for \(name(mistake.predicted))<br>\(NumberText.percent(Double(mistake.probability), 0))</figcaption>\
      </figure></li>

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
  private func picture(_ values: [UInt8], of mistake: Mistake) -> Markup {
    guard let image = try? SampleImage.picture(values, shape: shape) else { return "" }
    let longest = max(image.width, image.height)
    let small = longest <= Self.longestSide ? image : image.fitted(side: Self.longestSide)
    guard let bytes = try? PNG.encode(small) else { return "" }
    let description = "sample \(mistake.index) of class \(name(mistake.label))"
    return """
      <img src="data:image/png;base64,\(Data(bytes).base64EncodedString())" width="\(small.width)" \
      height="\(small.height)" alt="\(description)">
      """
  }
}
