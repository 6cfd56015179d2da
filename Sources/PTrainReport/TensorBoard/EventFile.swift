import PTrainCore
import PTrainStorage
import SwiftProtobuf

/// A file of TensorBoard events in the folder of one of its runs (`train`, `validation`, …).
///
/// TensorBoard reads a run's files in the order of their names, and each only to a torn record. So every
/// session begins a file of its own, whose first event after the version makes readers drop what came before
/// with the session's first step or a later one.
struct EventFile: Sendable {
  private static let marker = "tfevents"
  private let file: AppendedFile

  /// One value a tag, at a step.
  struct Scalars: Sendable {
    let step: Int
    let values: [(tag: String, value: Double)]
  }

  /// Begins a file in `folder`, for steps of `firstStep` or more; it appears with `scalars` in it.
  init(in folder: String, firstStep: Int, scalars: [Scalars] = []) throws(StorageError) {
    try DurableFile.createFolder(folder)
    let number = Self.nextNumber(after: Self.names(in: folder))
    let path = "\(folder)/events.out.\(Self.marker).\(number).ptrain"
    var version = TensorBoardEvent.now(step: 0)
    version.fileVersion = "brain.Event:2"
    var start = TensorBoardEvent.now(step: firstStep)
    start.sessionLog.status = .start
    let events = [version, start] + scalars.map(Self.event)
    file = try AppendedFile(new: path, beginningWith: events.flatMap(Self.framed))
  }

  func append(_ scalars: Scalars) throws(StorageError) { try file.append(Self.framed(Self.event(scalars))) }

  func synchronise() throws(StorageError) { try file.synchronise() }

  /// The event files in `folder`, by name; leftovers of killed writers, whose names begin with a dot, too.
  static func names(in folder: String) -> [String] {
    DurableFile.names(in: folder).filter { $0.contains(marker) }.sorted()
  }

  /// The time in seconds, but above the number of every file that is there, so that names are in the order of
  /// the sessions although clocks are set back and sessions last less than a second.
  static func nextNumber(after names: [String], now: Double = WallClock.secondsSince1970()) -> Int {
    let taken = names.compactMap { Int($0.split(separator: "\(marker).").last?.prefix { $0.isNumber } ?? "") }
    return max(Int(clamping: now.rounded(.down)), (taken.max() ?? 0) + 1)
  }

  private static func event(_ scalars: Scalars) -> TensorBoardEvent {
    var event = TensorBoardEvent.now(step: scalars.step)
    event.summary.value = scalars.values.map { tag, value in
      var scalar = TensorBoardSummary.Value()
      scalar.tag = tag
      scalar.simpleValue = Float(value)
      return scalar
    }
    return event
  }

  private static func framed(_ event: TensorBoardEvent) -> [UInt8] {
    // Only a message above 2 GiB or one with required fields can fail to be serialised.
    RecordFrame.framed((try? event.serializedBytes()) ?? [])
  }
}

extension TensorBoardEvent {
  fileprivate static func now(step: Int) -> TensorBoardEvent {
    var event = TensorBoardEvent()
    event.wallTime = WallClock.secondsSince1970()
    event.step = Int64(step)
    return event
  }
}
