import Foundation
import PTrainImages
import PTrainStorage
import PTrainTestSupport
import Testing

/// Pictures as data sets and as samples, end to end: packed, trained on, predicted; and pictures of what a model does.
@Suite struct PictureProcessTests {
  private let folder: TemporaryFolder

  /// 60 pictures of each of three classes, of different sizes and colours: a disc, a square, or a bar.
  init() throws {
    folder = try TemporaryFolder()
    for (label, name) in ["bar", "disc", "square"].enumerated() {
      try FileManager.default.createDirectory(
        atPath: folder.file("pictures/\(name)"), withIntermediateDirectories: true)
      for number in 0..<60 {
        let picture = Self.picture(label, number)
        try DurableFile.replace(folder.file("pictures/\(name)/\(100 + number).png"), with: PNG.encode(picture))
      }
    }
  }

  private static func picture(_ label: Int, _ number: Int) -> PixelImage {
    let side = 20 + number % 17
    var picture = PixelImage(width: side, height: side, channels: 3, filledWith: UInt8(number % 60))
    for y in 0..<side {
      for x in 0..<side {
        let (right, down) = (2 * x - side + number % 3, 2 * y - side + number % 2)
        let isInside =
          switch label {
          case 0: abs(right) * 4 < side
          case 1: right * right + down * down < side * side / 2
          default: max(abs(right), abs(down)) * 5 < side * 4
          }
        if isInside { picture.fill(columns: x..<(x + 1), rows: y..<(y + 1), with: [255, UInt8(200 - number), 180]) }
      }
    }
    return picture
  }

  private func run(_ arguments: String...) throws -> Invocation {
    let call = try Invocation(binary: arguments)
    try #require(call.code == 0, "\(arguments): \(call.errorOutput)")
    return call
  }

  private func object(_ text: String) throws -> [String: Any] {
    try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
  }

  @Test func aFolderOfPicturesPacksTrainsAndPredicts() throws {
    try Data("x".utf8).write(to: URL(fileURLWithPath: folder.file("pictures/bar/readme.txt")))
    let (set, model) = (folder.file("set"), folder.file("run"))
    let packed = try run(
      "data", "pack", folder.file("pictures"), "--size", "12x10", "--colour", "rgb", "--test-split", "0.2", "--out", set
    )
    for line in ["samples     144 training, 36 test", "shape       10×12×3", "classes     3: bar, disc, square"] {
      #expect(packed.output.contains("\(line)\n"), "\(line)")
    }
    #expect(packed.errorOutput.hasPrefix("ptrain: note: 1 entry that is no .png file was left out"))
    let trained = try run(
      "train", "--data", set, "--out", model, "--epochs", "30", "--hidden", "16", "--optimizer", "adam",
      "--learning-rate", "0.01", "--threads", "2", "--no-plot", "--json")
    let test = try object(String(try #require(trained.output.split(separator: "\n").dropLast().last)))
    // Guessing gives a third of 36 samples; the shapes are easy to tell apart.
    #expect(try #require(test["test_accuracy"] as? Double) > 0.8)

    // A file that was packed is predicted as the sample that it became.
    let file = folder.file("pictures/bar/104.png")
    let prediction = try object(run("predict", model, file, "--json").output)
    #expect(Set(prediction.keys) == ["event", "file", "class", "name", "probabilities"])
    #expect(prediction["file"] as? String == file && prediction["class"] as? Int == 0)
    #expect(prediction["name"] as? String == "bar")
    let probabilities = try #require(prediction["probabilities"] as? [Double])
    let sample = try object(run("predict", model, "--data", set, "--index", "0", "--json").output)
    #expect(sample["probabilities"] as? [Double] == probabilities && sample["label"] as? Int == 0)
    #expect(try run("predict", model, file).output.hasSuffix("104.png: class bar\n"))

    try checkTables(set, model, first: probabilities)
    try checkPictures(set, model)
  }

  private func checkTables(_ set: String, _ model: String, first probabilities: [Double]) throws {
    let (table, files) = (folder.file("set.csv"), folder.file("files.csv"))
    let summary = try run("predict", model, "--input", set, "--output", table).output
    #expect(summary.hasPrefix("36 predictions in \(table), accuracy "))
    let lines = try String(contentsOfFile: table, encoding: .utf8).split(separator: "\n")
    #expect(lines.count == 37 && lines[0] == "index,label,class,p_bar,p_disc,p_square")
    #expect(lines[1].hasPrefix("0,bar,bar,"))
    let ofTable = lines[1].split(separator: ",").dropFirst(3).compactMap { Double($0) }
    #expect(Self.areClose(ofTable, probabilities))
    _ = try run("predict", model, "--input", folder.file("pictures"), "--output", files)
    let fileLines = try String(contentsOfFile: files, encoding: .utf8).split(separator: "\n")
    #expect(fileLines.count == 181)
    let fields = try #require(fileLines.first { $0.hasPrefix("bar/104.png,") }).split(separator: ",")
    #expect(fields[1] == "bar" && Self.areClose(fields.dropFirst(3).compactMap { Double($0) }, probabilities))
  }

  /// Products over batches of another length add up in another order: some units of the last of 24 bits, times the
  /// slopes of two layers.
  private static func areClose(_ left: [Double], _ right: [Double]) -> Bool {
    left.count == right.count && zip(left, right).allSatisfy { abs($0 - $1) < 1e-5 }
  }

  private func checkPictures(_ set: String, _ model: String) throws {
    let confusion = try run("show", "--confusion", model, "--data", set)
    #expect(confusion.output.contains("predicted class") && confusion.output.contains("of 36 samples"))
    let event = try object(run("show", "--confusion", model, "--data", set, "--json").output)
    let counts = try #require(event["matrix"] as? [[Int]])
    #expect(event["classes"] as? [String] == ["bar", "disc", "square"])
    #expect(counts.allSatisfy { $0.count == 3 && $0.reduce(0, +) == 12 })
    let wrong = try run("show", "--wrong", model, "--data", set, "--json", "--count", "1000")
    let rightCount = counts.indices.reduce(0) { $0 + counts[$1][$1] }
    #expect(wrong.output.filter(\.isNewline).count == 36 - rightCount)
    _ = try run("show", "--weights", model, "--output", folder.file("w.png"))
    for path in ["\(model)/confusion.png", "\(model)/wrong.png", folder.file("w.png")] {
      let picture = try PNG.decode(DurableFile.read(path, limit: 1 << 24), file: path)
      #expect(picture.channels == 3 && picture.width > 300)
    }
  }

  @Test func whatCannotBePackedOrPredictedIsRefused() throws {
    let pictures = folder.file("pictures")
    let pack = ["data", "pack", pictures, "--out", folder.file("set")]
    #expect(try Invocation(binary: pack).isRefusal(64, "--size"))
    #expect(try Invocation(binary: pack + ["--size", "0x5"]).isRefusal(64, "'0x5' for --size"))
    #expect(try Invocation(binary: ["data", "pack", "--out", "x"]).isRefusal(64, "'data pack' without samples"))
    #expect(
      try Invocation(binary: pack + ["--size", "2x2", "--train-images", "x"]).isRefusal(64, "at once; expected one"))
    try Data("no picture".utf8).write(to: URL(fileURLWithPath: folder.file("pictures/disc/104.png")))
    #expect(try Invocation(binary: pack + ["--size", "2x2"]).isRefusal(65, "disc/104.png: no PNG signature"))
    for arguments in [
      ["predict", "m", "a.png", "--input", "x", "-o", "y"], ["predict", "m", "--input", "x"],
      ["predict", "m", "-o", "y"], ["show", "--wrong", "a", "--weights", "b"], ["show", "-o", "a.png"],
    ] {
      #expect(try Invocation(binary: arguments).isRefusal(64), "\(arguments)")
    }
  }
}
