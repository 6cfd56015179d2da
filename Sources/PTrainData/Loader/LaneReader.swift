import PTrainCore
import Synchronization

/// What one lane, or the loader's own thread, needs to decode frames: a decompressor, room for a frame,
/// and the account of its time. Used by one thread at a time.
package final class LaneReader: @unchecked Sendable {
  // Sendable: lane `n` alone uses reader `n` while a team runs, and the owner alone between two runs.
  package private(set) var times = LoaderTimes()
  /// Where its lane is, for ``place``.
  private let placeNumber = Atomic<Int>(Place.elsewhere.number)
  private var decoder: FrameDecoder
  private let bytes: UnsafeMutableRawPointer

  /// A reader with room for the longest frame of `split`.
  package init(for split: DatasetSplit) throws(DatasetError) {
    decoder = try FrameDecoder()
    let rows = max(1, split.longestFrame)
    bytes = .allocate(byteCount: rows * split.sampleBytes, alignment: FloatBuffer.alignment)
  }

  deinit { bytes.deallocate() }

  /// Decodes frame `frame` of `split` to `destination`, which has the frame's exact size.
  package func decode(
    _ frame: Int, of split: DatasetSplit, into destination: UnsafeMutableRawBufferPointer
  ) throws(DatasetError) {
    let start = MonotonicClock.nanoseconds()
    enter(.reading(frame: frame))
    defer { enter(.elsewhere) }
    try split.decode(frame: frame, with: &decoder, into: destination)
    times.decode += MonotonicClock.nanoseconds() - start
  }

  /// Decodes frame `frame` of `split` to the reader's own room, valid until the next call.
  ///
  /// - Returns: `[samples of the frame, sampleBytes]`.
  package func decode(_ frame: Int, of split: DatasetSplit) throws(DatasetError) -> UnsafePointer<UInt8> {
    let byteCount = split.frames[frame].samples.count * split.sampleBytes
    try decode(frame, of: split, into: UnsafeMutableRawBufferPointer(start: bytes, count: byteCount))
    return UnsafePointer(bytes.assumingMemoryBound(to: UInt8.self))
  }

  /// Waits until `isOver`, helping meanwhile for as long as `help` finds something to do.
  ///
  /// Only the time that is not spent helping counts as data wait.
  package func wait(
    until isOver: () -> Bool, helping help: () throws(DatasetError) -> Bool
  ) throws(DatasetError) {
    while !isOver(), try help() {}
    if isOver() { return }
    enter(.waiting)
    defer { enter(.elsewhere) }
    times.dataWait += SpinWait.wait(until: isOver)
  }

  /// What the lane does with data.
  package enum Place: Equatable, Sendable {
    case elsewhere, waiting
    /// The frame's number in its split.
    case reading(frame: Int)

    fileprivate var number: Int {
      switch self {
      case .elsewhere: -1
      case .waiting: -2
      case .reading(let frame): frame
      }
    }
  }

  /// What the lane does just now; for any thread. Relaxed: it stands for nothing but itself.
  package var place: Place {
    switch placeNumber.load(ordering: .relaxed) {
    case -1: .elsewhere
    case -2: .waiting
    case let frame: .reading(frame: frame)
    }
  }

  private func enter(_ place: Place) { placeNumber.store(place.number, ordering: .relaxed) }

  /// The times so far; they start again from zero.
  package func takeTimes() -> LoaderTimes {
    defer { times = LoaderTimes() }
    return times
  }
}

/// How long lanes decoded, and how long they waited for data, in nanoseconds.
package struct LoaderTimes: Equatable, Sendable {
  package var decode: UInt64 = 0
  package var dataWait: UInt64 = 0

  package init() {}

  package static func += (total: inout LoaderTimes, part: LoaderTimes) {
    total.decode += part.decode
    total.dataWait += part.dataWait
  }
}
