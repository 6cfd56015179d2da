import PTrainTraining

/// A number of each epoch as a picture: training and validation over the epochs, the best epoch marked.
struct CurveChart {
  private static let (width, height) = (560.0, 320.0)
  private static let (left, right, top, bottom) = (64.0, 546.0, 40.0, 272.0)
  /// Up to so many epochs each has a dot.
  private static let mostDots = 60

  /// `Loss in nats`: the title and the vertical axis's label.
  let title: String
  let epochs: [EpochSummary]
  /// 0-based; `nil` for none.
  let best: Int?
  let number: (Evaluation) -> Double
  /// A tick of the vertical axis as text, with so many decimals.
  let text: (Double, Int) -> String

  /// The picture, or a line of text if no number is finite.
  var markup: Markup {
    let training = epochs.map { (epoch: Double($0.epoch + 1), value: number($0.training)) }
    let validation = epochs.compactMap { epoch in
      epoch.validation.map { (epoch: Double(epoch.epoch + 1), value: number($0)) }
    }
    let values = (training + validation).map(\.value).filter(\.isFinite)
    guard let least = values.min(), let most = values.max(), let last = training.last else {
      return "<p>\(title): no finite number yet.</p>"
    }
    let x = ChartAxis(1...max(1, last.epoch), from: Self.left, to: Self.right, tickCount: 8, isWhole: true)
    let y = ChartAxis(least...most, from: Self.bottom, to: Self.top)
    return """
      <figure class="curve"><svg viewBox="0 0 \(Self.width) \(Self.height)" role="img" aria-label="\(summary)">
      <title>\(summary)</title>
      \(frame(x, y))\(bestMark(x))
      \(curve(training, "training", x, y))\(curve(validation, "validation", x, y))
      \(legend(hasValidation: !validation.isEmpty))
      </svg></figure>

      """
  }

  /// The picture in words.
  private var summary: String {
    guard let first = epochs.first, let last = epochs.last else { return title }
    let pair = { (epoch: EpochSummary) in
      "training \(text(number(epoch.training), 4))"
        + (epoch.validation.map { ", validation \(text(number($0), 4))" } ?? "")
    }
    return "\(title) over \(epochs.count) epochs: first \(pair(first)); last \(pair(last))"
  }

  private func frame(_ x: ChartAxis, _ y: ChartAxis) -> Markup {
    let (left, right, top, bottom) = (Self.left, Self.right, Self.top, Self.bottom)
    let rows = y.ticks.markup { tick in
      """
      <line class="grid" x1="\(left)" x2="\(right)" y1="\(y.place(tick))" y2="\(y.place(tick))"/>\
      <text class="tick" text-anchor="end" x="\(left - 7)" y="\(y.place(tick) + 4)">\(text(tick, y.digits))</text>

      """
    }
    let columns = x.ticks.markup { tick in
      "<text class=\"tick\" text-anchor=\"middle\" x=\"\(x.place(tick))\" y=\"\(bottom + 18)\">\(Int(tick))</text>\n"
    }
    return """
      \(rows)\(columns)<line class="axis" x1="\(left)" x2="\(right)" y1="\(bottom)" y2="\(bottom)"/>
      <line class="axis" x1="\(left)" x2="\(left)" y1="\(top)" y2="\(bottom)"/>
      <text text-anchor="middle" x="\((left + right) / 2)" y="\(Self.height - 8)">Epoch</text>
      <text text-anchor="middle" transform="rotate(-90)" x="\(-(top + bottom) / 2)" y="14">\(title)</text>

      """
  }

  private func bestMark(_ x: ChartAxis) -> Markup {
    guard let best else { return "" }
    let place = x.place(Double(best + 1))
    return """
      <line class="mark" x1="\(place)" x2="\(place)" y1="\(Self.top)" y2="\(Self.bottom)"/>\
      <text class="tick" text-anchor="\(place > Self.right - 60 ? "end" : "middle")" \
      x="\(min(place, Self.right))" y="\(Self.top - 5)">best epoch \(best + 1)</text>
      """
  }

  /// A line through the points, broken where a value is not finite.
  private func curve(
    _ points: [(epoch: Double, value: Double)], _ name: String, _ x: ChartAxis, _ y: ChartAxis
  ) -> Markup {
    guard !points.isEmpty else { return "" }
    var isDrawing = false
    let path = points.markup { point in
      defer { isDrawing = point.value.isFinite }
      guard point.value.isFinite else { return "" }
      return "\(isDrawing ? "L" : "M")\(x.place(point.epoch)) \(y.place(point.value))"
    }
    let dots = points.count > Self.mostDots ? [] : points.filter(\.value.isFinite)
    return """
      <path class="line \(name)" d="\(path)"/>\
      \(dots.markup { "<circle class=\"\(name)\" r=\"2.6\" cx=\"\(x.place($0.epoch))\" cy=\"\(y.place($0.value))\"/>" })

      """
  }

  private func legend(hasValidation: Bool) -> Markup {
    let names = ["training"] + (hasValidation ? ["validation"] : [])
    return names.enumerated().markup { index, name in
      let x = Self.left + Double(index) * 110
      return """
        <line class="line \(name)" x1="\(x)" x2="\(x + 28)" y1="18" y2="18"/><text x="\(x + 34)" y="22">\(name)</text>
        """
    }
  }
}
