import Glibc
import PTrainCore
import PTrainStorage

/// The folder of a run: `ckpt.zst`, its newest checkpoint, and `ckpt-epoch-0001.zst`…, those of earlier
/// epochs' ends.
public struct RunFolder: Equatable, Sendable {
  static let newestName = "ckpt.zst"

  public let path: String

  /// The path of the newest checkpoint.
  public var newestCheckpoint: String { path + "/" + Self.newestName }

  /// A folder for a new run; it is made, with those above it, where it is missing.
  ///
  /// - Throws: ``TrainingError/runFolderInUse(path:)`` if it holds a checkpoint, or if it can't be made.
  public init(new path: String) throws(TrainingError) {
    self.path = path
    guard !DurableFile.exists(newestCheckpoint) else { throw .runFolderInUse(path: path) }
    try rethrowing { () throws(StorageError) in try DurableFile.createFolder(path) }
  }

  /// A new folder for a run: the first of `parent/1`, `parent/2`, … that isn't there yet.
  ///
  /// Two runs that start at once get folders of their own: one of them makes each.
  public init(nextIn parent: String) throws(TrainingError) {
    path = try rethrowing { () throws(StorageError) in
      try DurableFile.createFolder(parent)
      var number = 1
      while try !DurableFile.createNewFolder("\(parent)/\(number)") { number += 1 }
      return "\(parent)/\(number)"
    }
  }

  /// The folder of an earlier run, from its own path or that of a checkpoint in it.
  public init(of path: String) {
    self.path = DurableFile.isFolder(path) ? path : Self.parent(of: path)
  }

  /// The checkpoint file that `path` means: itself, or the newest in the folder.
  public static func checkpointPath(_ path: String) -> String {
    DurableFile.isFolder(path) ? path + "/" + newestName : path
  }

  /// Makes `bytes` the newest checkpoint and, at the end of an epoch, that epoch's.
  ///
  /// The epoch's comes first: a process that is killed between the two does the epoch again, and none is missing.
  ///
  /// - Parameters:
  ///   - completedEpochs: how many are complete, at an epoch's end; else `nil`.
  ///   - keep: how many epochs' checkpoints are kept besides the newest; `nil` for all.
  package func save(_ bytes: [UInt8], completedEpochs: Int?, keep: Int?) throws(TrainingError) {
    try rethrowing { () throws(StorageError) in
      guard let completedEpochs, keep != 0 else { return try DurableFile.replace(newestCheckpoint, with: bytes) }
      try DurableFile.replace(checkpoint(ofEpoch: completedEpochs), with: bytes)
      if let keep, completedEpochs > keep {
        try DurableFile.remove(checkpoint(ofEpoch: completedEpochs - keep))
      }
      try DurableFile.link(checkpoint(ofEpoch: completedEpochs), as: newestCheckpoint)
    }
  }

  /// Removes what a killed process left half written when it had completed `completedEpochs` epochs. No other
  /// process may be at work in the folder.
  package func removeLeftovers(completedEpochs: Int) throws(TrainingError) {
    try rethrowing { () throws(StorageError) in
      for path in [newestCheckpoint, checkpoint(ofEpoch: completedEpochs + 1), "\(path)/\(RunSettings.fileName)"] {
        try DurableFile.removeLeftovers(of: path)
      }
    }
  }

  /// The path of the checkpoint at the end of epoch number `epoch`, counted from 1.
  package func checkpoint(ofEpoch epoch: Int) -> String {
    let digits = String(epoch)
    return path + "/ckpt-epoch-" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits + ".zst"
  }

  private static func parent(of path: String) -> String {
    guard let slash = path.lastIndex(of: "/") else { return "." }
    return slash == path.startIndex ? "/" : String(path[..<slash])
  }
}
