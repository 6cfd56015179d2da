import PTrainTraining

/// How the workers spent each epoch's training part: a bar an epoch, cut into computing and the two waits.
struct PhaseChart {
  private static let (width, height) = (1120.0, 240.0)
  private static let (left, right, top, bottom) = (64.0, 1106.0, 40.0, 192.0)
  /// More epochs than this share bars, each with the mean.
  private static let mostBars = 120
  private static let parts: [(name: String, title: String, share: @Sendable (PhaseShares) -> Double)] = [
    ("compute", "computing", { $0.compute }), ("data", "waiting for data", { $0.dataWait }),
    ("reduction", "waiting in the reduction", { $0.reductionWait }),
  ]

  /// Those whose times are known.
  private let bars: [(epochs: ClosedRange<Int>, seconds: Double, shares: PhaseShares)]

  init(_ epochs: [EpochSummary]) {
    let known = epochs.filter { $0.trainSeconds > 0 }
    let size = max(1, (known.count + Self.mostBars - 1) / Self.mostBars)
    bars = stride(from: 0, to: known.count, by: size).compactMap { first in
      let group = Array(known[first..<min(known.count, first + size)])
      guard let shares = PhaseShares.mean(of: group), let last = group.last else { return nil }
      let seconds = group.reduce(0) { $0 + $1.trainSeconds } / Double(group.count)
      return (group[0].epoch + 1...last.epoch + 1, seconds, shares)
    }
  }

  var markup: Markup {
    guard let longest = bars.map(\.seconds).max(), let last = bars.last else {
      return "<p>The times of these epochs are not known any more.</p>"
    }
    let x = ChartAxis(
      1...Double(last.epochs.upperBound), from: Self.left + 30, to: Self.right - 30, tickCount: 12, isWhole: true)
    let y = ChartAxis(0...longest, from: Self.bottom, to: Self.top, tickCount: 4)
    let summary = "Seconds of training an epoch, from \(bars.count) bars; \(total)"
    return """
      <figure class="phases"><svg viewBox="0 0 \(Self.width) \(Self.height)" role="img" aria-label="\(summary)">
      <title>\(summary)</title>
      \(frame(x, y))\(bars.markup { bar($0, x, y) })
      \(legend)
      </svg></figure>

      """
  }

  /// All bars together, in words.
  private var total: String {
    let seconds = bars.reduce(0) { $0 + $1.seconds }
    return Self.parts.map { part in
      let share = bars.reduce(0) { $0 + part.share($1.shares) * $1.seconds } / max(seconds, 1e-12)
      return "\(part.title) \(NumberText.percent(share, 1))"
    }.joined(separator: ", ")
  }

  private func bar(
    _ bar: (epochs: ClosedRange<Int>, seconds: Double, shares: PhaseShares), _ x: ChartAxis, _ y: ChartAxis
  ) -> Markup {
    let middle = x.place(Double(bar.epochs.lowerBound + bar.epochs.upperBound) / 2)
    let width = min(40, (Self.right - Self.left) / Double(bars.count) * 0.8)
    var below = 0.0
    let parts = Self.parts.markup { part in
      let seconds = max(0, part.share(bar.shares)) * bar.seconds
      defer { below += seconds }
      let (top, bottom) = (y.place(below + seconds), y.place(below))
      return """
        <rect class="\(part.name)" x="\(middle - width / 2)" y="\(top)" width="\(width)" height="\(bottom - top)"/>
        """
    }
    let name =
      bar.epochs.count == 1 ? "\(bar.epochs.lowerBound)" : "\(bar.epochs.lowerBound) to \(bar.epochs.upperBound)"
    return """
      <g class="bar"><title>\("epoch \(name): \(NumberText.seconds(bar.seconds)), \(PhaseText.text(bar.shares))")</title>\
      \(parts)</g>

      """
  }

  private func frame(_ x: ChartAxis, _ y: ChartAxis) -> Markup {
    let (left, right, bottom) = (Self.left, Self.right, Self.bottom)
    let rows = y.ticks.markup { tick in
      """
      <line class="grid" x1="\(left)" x2="\(right)" y1="\(y.place(tick))" y2="\(y.place(tick))"/>\
      <text class="tick" text-anchor="end" x="\(left - 7)" y="\(y.place(tick) + 4)">\
      \(NumberText.fixed(tick, y.digits))</text>

      """
    }
    let columns = x.ticks.markup { tick in
      "<text class=\"tick\" text-anchor=\"middle\" x=\"\(x.place(tick))\" y=\"\(bottom + 18)\">\(Int(tick))</text>\n"
    }
    return """
      \(rows)\(columns)<line class="axis" x1="\(left)" x2="\(right)" y1="\(bottom)" y2="\(bottom)"/>
      <text text-anchor="middle" x="\((left + right) / 2)" y="\(Self.height - 8)">Epoch</text>
      <text text-anchor="middle" transform="rotate(-90)" x="\(-(Self.top + bottom) / 2)" y="14">Seconds</text>

      """
  }

  private var legend: Markup {
    Self.parts.enumerated().markup { index, part in
      let x = Self.left + Double(index) * 190
      return """
        <rect class="\(part.name)" x="\(x)" y="11" width="14" height="14"/><text x="\(x + 20)" y="22">\(part.title)</text>
        """
    }
  }
}
