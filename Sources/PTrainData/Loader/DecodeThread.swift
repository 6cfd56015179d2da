import Glibc
import PTrainCore
import Synchronization

/// Something with frames to decode ahead of need.
package protocol FrameQueue: AnyObject, Sendable {
  var split: DatasetSplit { get }

  /// Decodes one frame, if one is wanted and there is room for it.
  func decodeAhead(by reader: LaneReader) throws(DatasetError) -> FrameQueueState
}

package enum FrameQueueState: Sendable {
  /// A frame was decoded; there may be more.
  case decoded
  /// There is no room for another frame until lanes have used some.
  case full
  /// All frames are decoded, or taken by others.
  case finished
}

/// The loader's own thread: decodes ahead of the lanes while a core is to spare.
package final class DecodeThread: Sendable {
  /// A sixth of the time in which a ring of 8 frames of the reference job is used up.
  private static let pollMicroseconds: UInt32 = 200

  private let stopped: Flag
  private let thread: PlainThread?

  private final class Flag: Sendable { let value = Atomic<Bool>(false) }

  /// Starts to decode `queue`'s frames. An error is left to the queue's lanes, which meet it too.
  package init(_ queue: some FrameQueue) throws(DatasetError) {
    let reader = try LaneReader(for: queue.split)
    let stopped = Flag()
    self.stopped = stopped
    thread = PlainThread(name: "ptrain-loader") {
      while !stopped.value.load(ordering: .relaxed) {
        switch try? queue.decodeAhead(by: reader) {
        case .decoded: continue
        case .full: usleep(Self.pollMicroseconds)
        case .finished, nil: return
        }
      }
    }
  }

  /// Ends the thread after the frame that it decodes. To be called once.
  package func stop() {
    stopped.value.store(true, ordering: .relaxed)
    thread?.join()
  }
}
