import FoundationEssentials
import PTrainCore
import PTrainRanks
import PTrainStorage

/// How a run is carried out, as `run.json` in its folder keeps it for a resume. None of it changes the
/// result, so it isn't in the checkpoints.
public struct RunSettings: Equatable, Sendable, Codable {
  static let fileName = "run.json"
  private static let largestBytes = 1 << 16

  public var threads: Int
  public var memoryBudget: Int
  /// Steps after which a checkpoint is written inside an epoch; `nil` for none.
  public var checkpointEvery: Int?
  /// Epochs whose checkpoints stay beside the newest; `nil` for all.
  public var keep: Int?
  /// The folder, from the root on, that TensorBoard's event files go to; `nil` for none.
  public var eventFolder: String?
  /// Steps after which an event is written inside an epoch; `nil` for none.
  public var eventsEvery: Int?

  /// Whether training goes on where a checkpoint can't be written; `nil` for ``CheckpointErrorPolicy/fail``.
  public var onCheckpointError: CheckpointErrorPolicy?
  /// When ranks send what gradients are made of; `nil` for ``ExchangeMode/automatic``.
  public var exchange: ExchangeMode?

  public init(
    threads: Int, memoryBudget: Int = Execution.defaultMemoryBudget, checkpointEvery: Int? = nil, keep: Int? = nil,
    eventFolder: String? = nil, eventsEvery: Int? = nil, onCheckpointError: CheckpointErrorPolicy? = nil,
    exchange: ExchangeMode? = nil
  ) {
    self.exchange = exchange
    self.threads = threads
    self.memoryBudget = memoryBudget
    self.checkpointEvery = checkpointEvery
    self.keep = keep
    self.eventFolder = eventFolder
    self.eventsEvery = eventsEvery
    self.onCheckpointError = onCheckpointError
  }

  private enum CodingKeys: String, CodingKey {
    case threads, keep, exchange
    case memoryBudget = "memory_budget"
    case checkpointEvery = "checkpoint_every"
    case eventFolder = "tensorboard"
    case eventsEvery = "tensorboard_every"
    case onCheckpointError = "on_checkpoint_error"
  }

  public var execution: Execution { execution(in: .alone) }

  /// How this process of `group` carries the run out.
  package func execution(in group: RankGroup) -> Execution {
    var execution = Execution(threads: threads, memoryBudget: memoryBudget)
    execution.exchange = exchange ?? .automatic
    execution.ranks = group
    return execution
  }

  /// The settings kept in `folder`; `nil` if there are none.
  public init?(keptIn folder: RunFolder) throws(TrainingError) {
    let path = folder.path + "/" + Self.fileName
    guard DurableFile.exists(path) else { return nil }
    let bytes = try rethrowing { () throws(StorageError) in try DurableFile.read(path, limit: Self.largestBytes) }
    try self.init(bytes: bytes, path: path)
  }

  /// The settings that `bytes`, out of the file at `path`, hold.
  package init(bytes: [UInt8], path: String) throws(TrainingError) {
    guard let settings = try? JSONDecoder().decode(RunSettings.self, from: Data(bytes)), settings.isInRange else {
      throw .other(
        Diagnosis(
          .malformedData, found: "\(path): not the settings of a run", expected: "what ptrain wrote there",
          remedy: "remove the file to go on with the defaults"))
    }
    self = settings
  }

  /// Keeps the settings in `folder`.
  public func save(in folder: RunFolder) throws(TrainingError) {
    let bytes = bytes
    try rethrowing { () throws(StorageError) in
      try DurableFile.replace(folder.path + "/" + Self.fileName, with: bytes, on: folder.files)
    }
  }

  /// The content of their file.
  package var bytes: [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .prettyPrinted]
    return (try? encoder.encode(self)).map { [UInt8]($0) } ?? []
  }

  private var isInRange: Bool {
    threads >= 1 && memoryBudget >= 0 && (checkpointEvery ?? 1) >= 1 && (keep ?? 0) >= 0
      && (eventsEvery ?? 1) >= 1
  }
}
