import PTrainCore

/// The samples of a split, decoded once and kept as bytes.
///
/// Frames are decoded when they are first needed, by the lane that needs them, and ahead of need by the
/// loader's own thread and by lanes that would otherwise wait.
package final class RowCache: FrameRows, @unchecked Sendable {
  // Sendable: the rows of a frame are written by the one thread that claimed it, and read after
  // `board` says that it is ready.
  package let split: DatasetSplit
  package let board: FrameBoard
  private let rows: UnsafeMutableRawPointer

  /// Reserves room for all of `split`; memory is taken as frames are decoded.
  package init(_ split: DatasetSplit) {
    self.split = split
    board = FrameBoard(frameCount: split.frames.count)
    rows = .allocate(byteCount: max(1, split.count * split.sampleBytes), alignment: FloatBuffer.alignment)
  }

  deinit { rows.deallocate() }

  /// Bytes that a cache of `split` holds.
  package static func payloadBytes(of split: DatasetSplit) -> Int {
    split.count * split.sampleBytes
  }

  /// The bytes of sample `sample`, whose frame is ready.
  package func row(_ sample: Int) -> UnsafePointer<UInt8> {
    UnsafeRawPointer(rows + sample * split.sampleBytes).assumingMemoryBound(to: UInt8.self)
  }

  /// Returns when frame `frame` is ready, decoding it or others meanwhile.
  package func require(_ frame: Int, by reader: LaneReader) throws(DatasetError) {
    if board.isReady(frame) { return }
    if board.claim(frame) { return try decode(frame, by: reader) }
    try reader.wait(
      until: { board.isReady(frame) || board.failure.isReadable },
      helping: { () throws(DatasetError) in try decodeNext(before: board.frameCount, by: reader) })
    if let error = board.failure.error { throw error }
  }

  /// Decodes the first frame before `limit` that nobody has claimed; `false` if there is none.
  package func decodeNext(before limit: Int, by reader: LaneReader) throws(DatasetError) -> Bool {
    guard let frame = board.claimNext(before: limit) else { return false }
    try decode(frame, by: reader)
    return true
  }

  package func rows(of frame: Int, by reader: LaneReader) throws(DatasetError) -> UnsafePointer<UInt8> {
    try require(frame, by: reader)
    return row(split.frames[frame].samples.lowerBound)
  }

  /// The rows of `frames`, which lie one behind the other.
  package func bytes(of frames: Range<Int>) -> UnsafeMutableRawBufferPointer {
    guard let first = frames.first, let last = frames.last else { return .init(start: nil, count: 0) }
    let samples = split.frames[first].samples.lowerBound..<split.frames[last].samples.upperBound
    return UnsafeMutableRawBufferPointer(
      start: rows + samples.lowerBound * split.sampleBytes, count: samples.count * split.sampleBytes)
  }

  /// The rows of `frames` were written to their ``bytes(of:)`` from elsewhere.
  package func adopt(_ frames: Range<Int>) {
    for frame in frames { board.markReady(frame) }
  }

  private func decode(_ frame: Int, by reader: LaneReader) throws(DatasetError) {
    let samples = split.frames[frame].samples
    do throws(DatasetError) {
      try reader.decode(
        frame, of: split,
        into: UnsafeMutableRawBufferPointer(
          start: rows + samples.lowerBound * split.sampleBytes, count: samples.count * split.sampleBytes))
    } catch {
      board.failure.record(error)
      throw error
    }
    board.markReady(frame)
  }
}

extension RowCache: FrameQueue {
  package func decodeAhead(by reader: LaneReader) throws(DatasetError) -> FrameQueueState {
    try decodeNext(before: board.frameCount, by: reader) ? .decoded : .finished
  }
}
