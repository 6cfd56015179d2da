import PTrainCore

extension DatasetSplit {
  /// Samples of the longest frame.
  package var longestFrame: Int { frames.lazy.map(\.samples.count).max() ?? 0 }

  /// The numbers of the frames that hold any of `samples`.
  package func frames(overlapping samples: Range<Int>) -> Range<Int> {
    guard let first = samples.first, let last = samples.last else { return 0..<0 }
    return frame(ofSample: first)..<(frame(ofSample: last) + 1)
  }
}
