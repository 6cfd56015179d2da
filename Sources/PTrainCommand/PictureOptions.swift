import ArgumentParser
import PTrainData

/// What pictures are made into when they are packed.
package struct PictureOptions: ParsableArguments {
  @Option(
    parsing: .unconditional,
    help: .value("width x height", "The samples' size, for example 28x28; needed for pictures."),
    transform: Rules.size.transform)
  package var size: PictureSize?

  @Option(
    parsing: .unconditional, help: .value("name", "The samples' values: grey or rgb.", default: "grey"),
    transform: Rules.color.transform)
  package var colour: PictureFormat.Color?

  @Option(
    parsing: .unconditional,
    help: .value(
      "share", "Share of each class's pictures, spread evenly through their names, that become test samples.",
      default: 0),
    transform: Rules.testSplit.transform)
  package var testSplit: Double?

  package init() {}

  var areDefaults: Bool { size == nil && colour == nil && testSplit == nil }

  /// Packs the pictures in `folder`, and tells what was left out.
  func pack(_ folder: String, out: String, progress: (DatasetPacker.Progress) -> Void) throws {
    guard let size else { throw OptionConflict.needs(option: "a folder of pictures", other: "--size") }
    let pictures = try PictureFolder(folder, testShare: testSplit ?? 0)
    try DatasetPacker.pack(
      pictures, as: PictureFormat(width: size.width, height: size.height, color: colour ?? .grey), out: out,
      progress: progress)
    if let first = pictures.firstSkipped {
      let count = pictures.skippedCount
      let what = count == 1 ? "1 entry that is no .png file was" : "\(count) entries that are no .png files were"
      StandardStream.error.write("ptrain: note: \(what) left out, the first of them \(first)\n")
    }
  }
}

/// A picture's size as an option's value: `28x28`.
package struct PictureSize: Equatable, Sendable {
  package let width: Int
  package let height: Int

  /// - Returns: `nil` for anything but two sides in ``PictureFormat``'s range.
  package init?(_ text: String) {
    let sides = text.lowercased().split(separator: "x", omittingEmptySubsequences: false).map { Int($0) }
    guard sides.count == 2, let width = sides[0], let height = sides[1],
      [width, height].allSatisfy({ (1...PictureFormat.longestSide).contains($0) })
    else { return nil }
    (self.width, self.height) = (width, height)
  }
}
