/// Decoded frames of a split, in any order, for passes that need no shuffle.
package protocol FrameRows: AnyObject, Sendable {
  var split: DatasetSplit { get }

  /// The samples of frame `frame`, `[samples of the frame, sampleBytes]`; valid until the reader decodes
  /// its next frame.
  func rows(of frame: Int, by reader: LaneReader) throws(DatasetError) -> UnsafePointer<UInt8>
}

/// Frames that are decoded each time they are asked for, and not kept.
package final class StreamedFrames: FrameRows {
  package let split: DatasetSplit

  package init(_ split: DatasetSplit) { self.split = split }

  package func rows(of frame: Int, by reader: LaneReader) throws(DatasetError) -> UnsafePointer<UInt8> {
    try reader.decode(frame, of: split)
  }
}
