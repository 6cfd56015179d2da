/// What is said of one figure's values in several rounds.
package struct RunStatistics: Equatable, Sendable {
  package let minimum: Double
  /// The mean of the two middle values if there is an even number of them.
  package let median: Double
  package let maximum: Double

  /// `nil` without values.
  package init?(_ values: [Double]) {
    let sorted = values.sorted()
    guard let first = sorted.first, let last = sorted.last else { return nil }
    minimum = first
    maximum = last
    median = (sorted[(sorted.count - 1) / 2] + sorted[sorted.count / 2]) / 2
  }

  /// How far the slowest lies above the fastest, as a fraction of the fastest.
  package var spread: Double { minimum > 0 ? maximum / minimum - 1 : 0 }
}
