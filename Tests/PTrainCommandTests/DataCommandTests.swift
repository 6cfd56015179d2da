import Foundation
import PTrainCore
import PTrainStorage
import PTrainTestSupport
import Testing

/// `ptrain data …` and `ptrain show` as processes, on data of another shape and class count than MNIST's.
@Suite struct DataCommandTests {
  private let folder: TemporaryFolder

  /// Seven training and two test images of 2 × 3, four classes.
  init() throws {
    folder = try TemporaryFolder()
    try folder.writeIDX("images", [7, 2, 3], (0..<42).map { UInt8($0 * 6) })
    try folder.writeIDX("labels", [7], [0, 1, 2, 3, 0, 1, 2])
    try folder.writeIDX("test-images", [2, 2, 3], [0, 51, 102, 153, 204, 255, 255, 0, 255, 0, 255, 0])
    try folder.writeIDX("test-labels", [2], [3, 1])
  }

  private var training: [String] {
    ["data", "pack", "--train-images", folder.file("images"), "--train-labels", folder.file("labels")]
  }

  private var test: [String] {
    ["--test-images", folder.file("test-images"), "--test-labels", folder.file("test-labels")]
  }

  private func pack() throws {
    let call = try Invocation(binary: training + test + ["--out", folder.file("set")])
    try #require(call.code == 0, "\(call.errorOutput)")
  }

  @Test func packingDescribesWhatItMade() throws {
    let packed = try Invocation(binary: training + test + ["--out", folder.file("set")])
    #expect(packed.code == 0 && packed.errorOutput.isEmpty)
    for line in ["name        set", "samples     7 training, 2 test", "shape       2×3", "classes     4"] {
      #expect(packed.output.contains("\(line)\n"), "\(line)")
    }
    #expect(try Invocation(binary: ["data", "info", folder.file("set")]) == packed)
  }

  @Test func arraysOfNumpyGiveTheSameDataSet() throws {
    let arrays = try [
      ("x_train", NumpyArray(.u8, Shape([7, 2, 3]), (0..<42).map { UInt8($0 * 6) })),
      ("y_train", NumpyArray(.u8, Shape([7]), [0, 1, 2, 3, 0, 1, 2])),
      ("x_test", NumpyArray(.u8, Shape([2, 2, 3]), [0, 51, 102, 153, 204, 255, 255, 0, 255, 0, 255, 0])),
      ("y_test", NumpyArray(.u8, Shape([2]), [3, 1])),
    ]
    try DurableFile.replace(folder.file("set.npz"), with: NumpyArchive.encoded(arrays))
    try pack()
    let call = try Invocation(
      binary: ["data", "pack", "--npz", folder.file("set.npz"), "--out", folder.file("other") + "/set"])
    #expect(call == (try Invocation(binary: ["data", "info", folder.file("set")])))
  }

  @Test(arguments: [
    [], ["--npz", "a", "--train-images", "b"], ["--train-images", "a"], ["--train-labels", "a"], ["--test-npz", "a"],
    ["--train-images", "a", "--train-labels", "b", "--test-npz", "c"],
    ["--npz", "a", "--test-images", "b", "--test-labels", "c"],
  ])
  func samplesComeFromOneSource(options: [String]) throws {
    let call = try Invocation(binary: ["data", "pack", "--out", folder.file("set")] + options)
    #expect(call.code == 64 && call.errorOutput.contains("--npz"), "\(call.errorOutput)")
  }

  @Test func testSamplesMayBeMissing() throws {
    let call = try Invocation(binary: training + ["--out", folder.file("set")])
    #expect(call.code == 0 && call.output.contains("7 training, no test samples"))
    let show = try Invocation(binary: ["show", "--data", folder.file("set")])
    #expect(show.code == 64 && show.errorOutput.contains("without test samples; expected --partition train"))
  }

  @Test func verifyingCountsTheClasses() throws {
    try pack()
    let call = try Invocation(binary: ["data", "verify", folder.file("set")])
    #expect(call.code == 0)
    #expect(call.output.contains("training    0: 2  1: 2  2: 2  3: 1\n"))
    #expect(call.output.contains("test        0: 0  1: 1  2: 0  3: 1\n"))
  }

  @Test func manyClassesAreSummedUp() throws {
    try folder.writeIDX("images", [31, 1], [UInt8](repeating: 1, count: 31))
    try folder.writeIDX("labels", [31], (0..<31).map { $0 % 30 })
    try #require(Invocation(binary: training + ["--out", folder.file("set")]).code == 0)
    let call = try Invocation(binary: ["data", "verify", folder.file("set")])
    #expect(call.output.contains("training    1 to 2 samples in each of 30 classes\n"))
    let show = try Invocation(binary: ["show", "--data", folder.file("set"), "--partition", "train"])
    #expect(show.code == 64 && show.errorOutput.contains("found samples of shape 1; expected images"))
  }

  @Test func anAlteredShardIsMalformedData() throws {
    try pack()
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.file("set"))
    let shard = try #require(names.first { $0.hasPrefix("train") })
    let url = URL(fileURLWithPath: folder.file("set/\(shard)"))
    var bytes = try Data(contentsOf: url)
    bytes[bytes.count / 2] ^= 1
    try bytes.write(to: url)
    let call = try Invocation(binary: ["data", "verify", folder.file("set")])
    #expect(call.code == 65 && call.output.isEmpty)
    #expect(call.errorOutput.hasPrefix("ptrain: error: found ") && call.errorOutput.contains(shard))
  }

  @Test func showDrawsTheSampleAndItsLabel() throws {
    try pack()
    let show = ["show", "--data", folder.file("set")]
    #expect(
      try Invocation(binary: show + ["--index", "1"]) == Invocation(code: 0, output: "@@  @@\n  @@  \nlabel 1\n"))
    #expect(
      try Invocation(binary: show + ["--index", "2", "--partition", "train"]).output.hasSuffix("label 2\n"))
  }

  @Test func anIndexBeyondTheSamplesIsRefused() throws {
    try pack()
    let call = try Invocation(binary: ["show", "--data", folder.file("set"), "--index", "2"])
    #expect(
      call.errorOutput
        == "ptrain: error: found '2' for --index; expected 0 to 1, as there are 2 test samples; choose a smaller index\n"
    )
    #expect(call.code == 64)
  }

  @Test func aMissingDataSetIsMissingInput() throws {
    let call = try Invocation(binary: ["data", "info", folder.file("nothing")])
    #expect(call.code == 66 && call.errorOutput.contains(folder.file("nothing")))
  }

  @Test func halfATestSetIsRefused() throws {
    let call = try Invocation(binary: training + Array(test.prefix(2)) + ["--out", folder.file("set")])
    #expect(call.code == 64 && call.errorOutput.contains("both or neither"))
    #expect(!FileManager.default.fileExists(atPath: folder.file("set")))
  }

  @Test func labelsThatDoNotMatchTheImagesAreMalformedData() throws {
    try folder.writeIDX("labels", [6], [0, 1, 2, 3, 0, 1])
    let call = try Invocation(binary: training + ["--out", folder.file("set")])
    #expect(call.code == 65 && call.errorOutput.contains("6 labels for 7 images"))
  }

  @Test func tablesBecomeIDXFiles() throws {
    let table = "label,a,b\n1,0,255\n2,3,4\n"
    try Data(table.utf8).write(to: URL(fileURLWithPath: folder.file("table.csv")))
    let call = try Invocation(binary: [
      "data", "csv-to-idx", folder.file("table.csv"), "--shape", "1,2", "--images", folder.file("i"), "--labels",
      folder.file("l"),
    ])
    #expect(call == Invocation(code: 0))
    #expect(
      FileManager.default.contents(atPath: folder.file("i"))
        == Data([0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 2, 0, 255, 3, 4]))
    #expect(FileManager.default.contents(atPath: folder.file("l")) == Data([0, 0, 8, 1, 0, 0, 0, 2, 1, 2]))
  }
}
