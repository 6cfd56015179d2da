import Foundation
import PTrainCore
import PTrainImages
import PTrainStorage
import PTrainTestSupport
import Testing

@testable import PTrainData

@Suite struct PictureTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  /// Writes pictures of one grey each, `value` and up, in 6 × 4 pixels.
  private func write(_ path: String, _ count: Int, value: Int, channels: Int = 1) throws {
    let directory = "\(folder.path)/\(path)"
    try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
    for number in 0..<count {
      let picture = PixelImage(width: 6, height: 4, channels: channels, filledWith: UInt8(value + number))
      try DurableFile.replace("\(directory)/p\(number).png", with: PNG.encode(picture))
    }
  }

  private func listed(_ testShare: Double = 0) throws -> PictureFolder {
    try PictureFolder("\(folder.path)/set", testShare: testShare)
  }

  @Test func subFoldersAreClassesInTheOrderOfTheirNames() throws {
    try write("set/b", 2, value: 0)
    try write("set/a", 1, value: 9)
    try Data().write(to: URL(fileURLWithPath: "\(folder.path)/set/a/notes.txt"))
    try Data().write(to: URL(fileURLWithPath: "\(folder.path)/set/a/.hidden.png"))
    let pictures = try listed()
    #expect(pictures.classNames == ["a", "b"] && pictures.test.isEmpty)
    let names = ["a/p0.png", "b/p0.png", "b/p1.png"].map { "\(folder.path)/set/\($0)" }
    #expect(pictures.train.map(\.path) == names && pictures.train.map(\.label) == [0, 1, 1])
    #expect(pictures.skippedCount == 1 && pictures.firstSkipped == "\(folder.path)/set/a/notes.txt")
  }

  @Test func theTestShareIsSpreadThroughEachClass() throws {
    try write("set/a", 10, value: 0)
    try write("set/b", 3, value: 0)
    let cases: [(Double, [Substring], [Substring])] = [
      (0.2, ["p4", "p9"], []), (0.5, ["p1", "p3", "p5", "p7", "p9"], ["p1"]), (0, [], []),
    ]
    for (share, a, b) in cases {
      let pictures = try listed(share)
      let names = { (label: Int) in pictures.test.filter { $0.label == label }.map { $0.path.suffix(6).prefix(2) } }
      #expect(names(0) == a && names(1) == b, "\(share)")
      #expect(pictures.train.count + pictures.test.count == 13)
    }
  }

  @Test func trainAndTestMayLieApart() throws {
    try write("set/train/a", 2, value: 0)
    try write("set/train/b", 1, value: 0)
    try write("set/test/b", 2, value: 0)
    let pictures = try listed()
    #expect(pictures.classNames == ["a", "b"])
    #expect(pictures.train.map(\.label) == [0, 0, 1] && pictures.test.map(\.label) == [1, 1])
    #expect(throws: DatasetError.self) { try listed(0.5) }
    try write("set/test/c", 1, value: 0)
    let error = #expect(throws: DatasetError.self) { try listed() }
    #expect(error?.diagnosis.found.contains("the class 'c'") == true)
  }

  @Test func foldersWithoutPicturesAreRefused() throws {
    #expect(throws: DatasetError.self) { try listed() }
    try FileManager.default.createDirectory(atPath: "\(folder.path)/set", withIntermediateDirectories: true)
    #expect(throws: DatasetError.self) { try listed() }
    try write("set/a", 1, value: 0)
    try write("set/empty", 0, value: 0)
    let error = #expect(throws: DatasetError.self) { try listed() }
    #expect(error?.diagnosis.description.contains("set/empty: no PNG pictures") == true)
  }

  @Test(arguments: PictureFormat.Color.allCases)
  func packedPicturesAreTheScaledOnes(color: PictureFormat.Color) throws {
    try write("set/a", 9, value: 10, channels: 3)
    try write("set/b", 8, value: 100)
    let pictures = try listed(0.25)
    let format = PictureFormat(width: 3, height: 2, color: color)
    let description = try DatasetPacker.pack(pictures, as: format, out: "\(folder.path)/packed")
    #expect(description.classNames == ["a", "b"] && description.classCount == 2)
    #expect(description.sampleShape.dimensions == (color == .grey ? [2, 3] : [2, 3, 3]))
    let dataset = try Dataset.open("\(folder.path)/packed")
    #expect(dataset.description == description && dataset.train.count == 13 && dataset.test?.count == 4)
    // Each picture is of one shade, which names it.
    var shades: Set<UInt8> = []
    for split in [dataset.train, try #require(dataset.test)] {
      let images = try split.images(ofSamples: Array(0..<split.count))
      for (image, label) in zip(images, split.labels) {
        #expect(Set(image).count == 1 && (image[0] >= 100) == (label == 1))
        shades.insert(image[0])
      }
    }
    let expected = [UInt8](10..<19) + [UInt8](100..<108)
    #expect(shades == Set(expected))
    // Mixed, so that the last samples, which validate, are not all of one class.
    #expect(dataset.train.labels != dataset.train.labels.sorted())
  }

  @Test func aDamagedPictureIsNamedAndNoDataSetIsLeft() throws {
    try write("set/a", 3, value: 0)
    try Data("no picture".utf8).write(to: URL(fileURLWithPath: "\(folder.path)/set/a/p1.png"))
    let pictures = try listed()
    let error = #expect(throws: DatasetError.self) {
      try DatasetPacker.pack(
        pictures, as: PictureFormat(width: 2, height: 2, color: .grey), out: "\(folder.path)/packed")
    }
    #expect(error?.diagnosis.found == "\(folder.path)/set/a/p1.png: no PNG signature")
    #expect(!DurableFile.exists("\(folder.path)/packed/dataset.json"))
  }

  @Test func namesOfClassesBelongToTheRoot() throws {
    try write("set/a", 2, value: 0)
    let format = PictureFormat(width: 2, height: 2, color: .grey)
    try DatasetPacker.pack(listed(), as: format, out: "\(folder.path)/packed")
    let path = "\(folder.path)/packed/dataset.json"
    let text = try String(contentsOfFile: path, encoding: .utf8)
    for (old, new) in [("\"a\"", "\"b\""), ("\"a\"", "\"a\",\"b\""), ("\"classNames\"", "\"names\"")] {
      try Data(text.replacingOccurrences(of: old, with: new).utf8).write(to: URL(fileURLWithPath: path))
      #expect(throws: DatasetError.self) { try Dataset.open("\(folder.path)/packed") }
    }
    try Data(text.utf8).write(to: URL(fileURLWithPath: path))
    #expect(try Dataset.open("\(folder.path)/packed").description.className(0) == "a")
  }

  @Test func shapesOfImagesHaveAFormat() {
    #expect(PictureFormat(shape: [28, 20]) == PictureFormat(width: 20, height: 28, color: .grey))
    #expect(PictureFormat(shape: [4, 5, 3])?.dimensions == [4, 5, 3])
    #expect(PictureFormat(shape: [4, 5, 1])?.color == .grey)
    for shape in [[], [784], [4, 5, 2], [0, 5], [5000, 5], [1, 2, 3, 3]] { #expect(PictureFormat(shape: shape) == nil) }
  }
}
