import PTrainStorage

/// A picture's file and its class.
package struct PictureFile: Equatable, Sendable {
  package let path: String
  package let label: Int

  package init(path: String, label: Int) {
    self.path = path
    self.label = label
  }
}

/// A folder of PNG pictures with a sub-folder for each class, or with `train` and `test` that have them.
///
/// Classes are numbered in the order of their names' bytes. Files that don't end in `.png` are left out and
/// counted; hidden ones are not even counted.
package struct PictureFolder: Equatable, Sendable {
  package let classNames: [String]
  package private(set) var train: [PictureFile] = []
  package private(set) var test: [PictureFile] = []
  package private(set) var skippedCount = 0
  /// The path of the first file that was left out.
  package private(set) var firstSkipped: String?

  private static let splits = ["test", "train"]

  /// - Parameter testShare: of each class, the part that becomes test samples, 0 ≤ share < 1: of pictures 0, 1, …
  ///   in the order of their names, number n is one if ⌊(n + 1) · share⌋ > ⌊n · share⌋. So they are spread evenly
  ///   through the class, and ⌊count · share⌋ in number.
  /// - Throws: ``DatasetError/malformedFolder(folder:found:expected:)`` or ``DatasetError/storage(_:)``.
  package init(_ path: String, testShare: Double) throws(DatasetError) {
    let folders = try DatasetError.storing { () throws(StorageError) in try FolderListing(path).folders }
    guard folders == Self.splits else {
      classNames = try Self.checked(folders, path)
      for (label, name) in classNames.enumerated() {
        try add(try pictures("\(path)/\(name)"), label: label, testShare: testShare)
      }
      return
    }
    guard testShare == 0 else {
      throw .malformedFolder(
        folder: path, found: "the sub-folders test and train, and a share for tests", expected: "one of the two ways")
    }
    let training = try DatasetError.storing { () throws(StorageError) in try FolderListing("\(path)/train").folders }
    classNames = try Self.checked(training, "\(path)/train")
    for (label, name) in classNames.enumerated() {
      train += try pictures("\(path)/train/\(name)").map { PictureFile(path: $0, label: label) }
    }
    try addTests("\(path)/test")
  }

  private static func checked(_ names: [String], _ path: String) throws(DatasetError) -> [String] {
    guard !names.isEmpty, names.count <= DatasetDescription.maximumClassCount else {
      throw .malformedFolder(
        folder: path, found: "\(names.count) sub-folders", expected: "one with PNG pictures for each class")
    }
    return names
  }

  /// Test pictures may be missing for some classes, but there are no classes of their own.
  private mutating func addTests(_ path: String) throws(DatasetError) {
    let folders = try DatasetError.storing { () throws(StorageError) in try FolderListing(path).folders }
    for name in folders {
      guard let label = classNames.firstIndex(of: name) else {
        throw .malformedFolder(folder: path, found: "the class '\(name)'", expected: "classes of the training pictures")
      }
      test += try pictures("\(path)/\(name)").map { PictureFile(path: $0, label: label) }
    }
    guard !test.isEmpty else { throw .emptySplit(file: path) }
  }

  /// The paths of the PNG files in a class's folder.
  private mutating func pictures(_ path: String) throws(DatasetError) -> [String] {
    let listing = try DatasetError.storing { () throws(StorageError) in try FolderListing(path) }
    let isPicture = { (name: String) in name.lowercased().hasSuffix(".png") }
    let pictures = listing.files.filter(isPicture)
    let others = listing.files.filter { !isPicture($0) } + listing.folders
    skippedCount += others.count
    firstSkipped = firstSkipped ?? others.first.map { "\(path)/\($0)" }
    guard !pictures.isEmpty else {
      throw .malformedFolder(folder: path, found: "no PNG pictures", expected: "one at least in each class's folder")
    }
    return pictures.map { "\(path)/\($0)" }
  }

  private mutating func add(_ paths: [String], label: Int, testShare: Double) throws(DatasetError) {
    for (number, path) in paths.enumerated() {
      let file = PictureFile(path: path, label: label)
      if Int(Double(number + 1) * testShare) > Int(Double(number) * testShare) {
        test.append(file)
      } else {
        train.append(file)
      }
    }
  }
}
