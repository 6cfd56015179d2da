import Glibc
import PTrainCore
import PTrainStorage

/// The folder of a run: `ckpt.zst`, its newest checkpoint, and `ckpt-epoch-0001.zst`…, those of earlier
/// epochs' ends.
public struct RunFolder: Equatable, Sendable {
  static let newestName = "ckpt.zst"
  private static let epochPrefix = "ckpt-epoch-"
  private static let suffix = ".zst"

  public let path: String
  /// Where all that a run writes goes.
  package var files: any FileSystem = LocalFileSystem()

  public static func == (one: RunFolder, other: RunFolder) -> Bool { one.path == other.path }

  /// The path of the newest checkpoint.
  public var newestCheckpoint: String { path + "/" + Self.newestName }

  /// A folder for a new run; it is made, with those above it, where it is missing.
  ///
  /// - Throws: ``TrainingError/runFolderInUse(path:)`` if it holds a checkpoint, or if it can't be made.
  public init(new path: String) throws(TrainingError) {
    self.path = path
    try checkIsUnused()
    try rethrowing { () throws(StorageError) in try DurableFile.createFolder(path) }
  }

  /// - Throws: ``TrainingError/runFolderInUse(path:)`` if it holds a checkpoint.
  package func checkIsUnused() throws(TrainingError) {
    guard !DurableFile.exists(newestCheckpoint), epochsWithCheckpoint.isEmpty else {
      throw .runFolderInUse(path: path)
    }
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
  /// What is no longer kept goes last, when two others stand.
  ///
  /// - Parameters:
  ///   - completedEpochs: how many are complete, at an epoch's end; else `nil`.
  ///   - keep: how many epochs' checkpoints are kept besides the newest; `nil` for all.
  package func save(_ bytes: [UInt8], completedEpochs: Int?, keep: Int?) throws(TrainingError) {
    try rethrowing { () throws(StorageError) in
      guard let completedEpochs, keep != 0 else { return try replaceNewest(with: bytes) }
      let path = checkpoint(ofEpoch: completedEpochs)
      try DurableFile.replace(path, with: bytes, on: files)
      if try !DurableFile.link(path, as: newestCheckpoint, on: files) { try replaceNewest(with: bytes) }
      if let keep, completedEpochs > keep {
        try DurableFile.remove(checkpoint(ofEpoch: completedEpochs - keep), on: files)
      }
    }
  }

  private func replaceNewest(with bytes: [UInt8]) throws(StorageError) {
    try DurableFile.replace(newestCheckpoint, with: bytes, on: files)
  }

  /// Removes what a killed process left half written. The caller holds the folder's lock.
  package func removeLeftovers() throws(TrainingError) {
    try rethrowing { () throws(StorageError) in try DurableFile.removeLeftovers(in: path, on: files) }
  }

  /// Keeps other processes from working in the folder for as long as the lock lives, or as this process does.
  package func lock() throws(TrainingError) -> FolderLock {
    try rethrowing { () throws(StorageError) in try FolderLock(path) }
  }

  /// The path of the checkpoint at the end of epoch number `epoch`, counted from 1.
  package func checkpoint(ofEpoch epoch: Int) -> String {
    let digits = String(epoch)
    return path + "/" + Self.epochPrefix + String(repeating: "0", count: max(0, 4 - digits.count)) + digits
      + Self.suffix
  }

  /// The epochs, counted from 1, at whose ends a checkpoint was written that is still there, in order.
  package var epochsWithCheckpoint: [Int] {
    DurableFile.names(in: path).compactMap { name in
      guard name.hasPrefix(Self.epochPrefix), name.hasSuffix(Self.suffix) else { return nil }
      let epoch = Int(name.dropFirst(Self.epochPrefix.count).dropLast(Self.suffix.count))
      return epoch.flatMap { $0 > 0 && checkpoint(ofEpoch: $0) == "\(path)/\(name)" ? $0 : nil }
    }.sorted()
  }

  private static func parent(of path: String) -> String {
    guard let slash = path.lastIndex(of: "/") else { return "." }
    return slash == path.startIndex ? "/" : String(path[..<slash])
  }
}
