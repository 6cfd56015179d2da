import PTrainCore

/// A packed data set, opened and verified.
public final class Dataset: Sendable {
  /// The folder that it lies in.
  public let folder: String
  public let description: DatasetDescription
  /// The data set's identity, by content: the root hash of `dataset.json`.
  public let root: Digest
  package let train: DatasetSplit
  package let test: DatasetSplit?

  private init(
    folder: String, description: DatasetDescription, root: Digest, train: DatasetSplit, test: DatasetSplit?
  ) {
    self.folder = folder
    self.description = description
    self.root = root
    self.train = train
    self.test = test
  }

  /// Opens the data set in `folder`: checks `dataset.json`, then each shard's SHA-256, structure and labels.
  ///
  /// - Throws: ``DatasetError``.
  /// - Complexity: reads every shard once; keeps the labels in memory, not the images.
  public static func open(_ folder: String) throws(DatasetError) -> Dataset {
    let (description, root) = try DatasetDescription.read(folder: folder)
    let train = try DatasetSplit(folder: folder, part: description.train, of: description)
    var test: DatasetSplit?
    if let part = description.test { test = try DatasetSplit(folder: folder, part: part, of: description) }
    return Dataset(folder: folder, description: description, root: root, train: train, test: test)
  }

  /// Checks and returns the description alone, without touching the shards.
  public static func describe(_ folder: String) throws(DatasetError) -> (description: DatasetDescription, root: Digest)
  {
    try DatasetDescription.read(folder: folder)
  }
}
