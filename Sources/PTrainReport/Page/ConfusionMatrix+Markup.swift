/// A confusion matrix as a table of a page.
extension ConfusionMatrix {
  /// Above so many classes only the most frequent confusions are told.
  static let mostColumns = 32
  private static let mostPairs = 30

  var markup: Markup { classCount <= Self.mostColumns ? table : pairs }

  /// Rows are labels, columns predictions, shaded by the share of the row.
  private var table: Markup {
    let head = names.markup { "<th scope=\"col\">\($0)</th>" }
    let rows = counts.enumerated().markup { label, row in
      let total = row.reduce(0, +)
      let cells = row.enumerated().markup { cell($1, of: total, isHit: $0 == label) }
      let recall = recall(label).map { NumberText.percent($0, 1) } ?? "none"
      return "<tr><th scope=\"row\">\(names[label])</th>\(cells)<td>\(recall)</td></tr>\n"
    }
    return """
      <div class="wide"><table class="confusion"><caption>Rows: the samples' classes. Columns: what the model took them \
      for. The last column is the share that was told right.</caption>
      <thead><tr><th scope="col">class</th>\(head)<th scope="col">right</th></tr></thead>
      <tbody>
      \(rows)</tbody></table></div>

      """
  }

  private func cell(_ count: Int, of total: Int, isHit: Bool) -> Markup {
    guard count > 0 else { return "<td class=\"zero\">0</td>" }
    // The square root lets single confusions be seen beside thousands of hits; 0.75 leaves the text legible.
    let share = (Double(count) / Double(max(total, 1))).squareRoot() * 0.75
    return "<td class=\"\(isHit ? "hit" : "miss")\" style=\"--share: \(share)\">\(NumberText.grouped(count))</td>"
  }

  private var pairs: Markup {
    let all = counts.indices.flatMap { label in
      counts.indices.filter { $0 != label && counts[label][$0] > 0 }.map { (label, $0, counts[label][$0]) }
    }
    // Stable: equally frequent ones in the order of their classes.
    let most = all.enumerated().sorted { ($1.element.2, $0.offset) < ($0.element.2, $1.offset) }.prefix(Self.mostPairs)
    let rows = Array(most.map(\.element)).markup { label, predicted, count in
      "<tr><td>\(names[label])</td><td>\(names[predicted])</td><td class=\"number\">\(NumberText.grouped(count))</td></tr>\n"
    }
    return """
      <table class="rows"><caption>The most frequent confusions among \(classCount) classes.</caption>
      <thead><tr><th scope="col">class</th><th scope="col">taken for</th><th scope="col" class="number">samples</th>\
      </tr></thead>
      <tbody>
      \(rows)</tbody></table>

      """
  }
}
