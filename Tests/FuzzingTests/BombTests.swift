import Foundation
import PTrainCore
import PTrainData
import PTrainImages
import PTrainInterchange
import PTrainNetwork
import PTrainStorage
import PTrainTestSupport
import PTrainTraining
import Testing

/// Small files that say they are large, or would become so, are refused before memory is taken for it.
@Suite(.serialized) struct BombTests {
  private let folder: TemporaryFolder
  /// What the work may take beside that of other tests, in bytes: a fraction of what each bomb stands for.
  private static let most = 200 << 20

  init() throws { folder = try TemporaryFolder(inMemory: true) }

  /// The path of a file with this content.
  private func file(_ name: String, _ bytes: [UInt8]) throws -> String {
    try Data(bytes).write(to: URL(fileURLWithPath: folder.file(name)))
    return folder.file(name)
  }

  /// Expects `work` to be refused with `words`, and little memory to be taken.
  private func expectRefusal<Failure: DiagnosableError>(
    _ words: String, _ comment: Comment? = nil, _ work: () throws(Failure) -> Void
  ) {
    var error: Failure?
    let growth = PeakGrowth.bytes { error = failure(work) }
    #expect(error?.diagnosis.category == .malformedData, comment)
    #expect(error?.diagnosis.description.contains(words) == true, "\(String(describing: error))")
    #expect(growth < Self.most, comment)
  }

  @Test func aFrameThatDeclares512MiBIsRefused() throws {
    let path = try file("ckpt.zst", Bombs.archive(of: 512 << 20))
    expectRefusal("536870912 bytes") { () throws(TrainingError) in _ = try Checkpoint(path: path) }
  }

  @Test func aHeaderOf100MegabytesIsRefused() throws {
    let length = Bombs.little(100_000_000, 8)
    let path = try file("ckpt.zst", Bombs.archive(of: 100_000_008, first: length, byte: 0x20))
    expectRefusal("100000008 bytes") { () throws(TrainingError) in _ = try Checkpoint(path: path) }
  }

  @Test func gzipThatPromises800MegabytesIn25KilobytesIsRefused() throws {
    let header: [UInt8] = [0, 0, 8, 3] + Bombs.big(2) + Bombs.big(20_000) + Bombs.big(20_000)
    let path = try file("images.gz", Bombs.gzip(header, rest: 25_000))
    expectRefusal("800000000 bytes") { () throws(DatasetError) in _ = try IDXFile(path) }
  }

  @Test(arguments: ["[", #"{"a":"#, #"{"format":"#]) func nestingInDatasetJSONIsRefused(piece: String) throws {
    _ = try file("dataset.json", Array(String(repeating: piece, count: 500_000).utf8))
    expectRefusal("dataset.json") { () throws(DatasetError) in _ = try Dataset.describe(folder.path) }
  }

  @Test func nestingInASafetensorsHeaderIsRefused() {
    let text = Array((#"{"__metadata__":"# + String(repeating: #"{"a":"#, count: 500_000)).utf8)
    expectRefusal("byte 0x7b") { () throws(WeightsError) in
      _ = try SafetensorsWeights.read(Bombs.little(text.count, 8) + text)
    }
  }

  @Test func nestingInADescriptionOfAModelIsRefused() {
    let nested = String(repeating: "[", count: 500_000)
    let text = Array(#"{"__metadata__":{"ptrain":"\#(nested)"}}"#.utf8)
    expectRefusal("a description of the model") { () throws(WeightsError) in
      _ = try SafetensorsWeights.read(Bombs.little(text.count, 8) + text)
    }
  }

  @Test(arguments: ["[", #"{"a":"#]) func nestingInAKerasConfigurationIsRefused(piece: String) throws {
    let config = Array(String(repeating: piece, count: 500_000).utf8)
    let file = try Bombs.zip("model.weights.h5", 8, others: [("config.json", config)])
    expectRefusal("more than 64 levels") { () throws(KerasFileError) in _ = try KerasFile.model(archive: file) }
  }

  @Test func aKerasConfigurationThatInflatesTo512MiBIsRefused() throws {
    let file = try Bombs.zip("config.json", 512 << 20)
    #expect(file.count < 1 << 20)
    expectRefusal("config.json") { () throws(KerasFileError) in _ = try KerasFile.model(archive: file) }
  }

  /// The description says two samples of three weights each; the archive says 512 MiB.
  @Test func weightsThatInflateToMoreThanTheirModelAreRefused() throws {
    let model = ExchangedModel(
      model: Sequential(inputShape: [2]) { Dense(3) }, loss: .meanSquaredError, optimizer: nil,
      parameters: [Float](repeating: 0, count: 9))
    let archive = try ZipArchive(NumpyWeights.encoded(model), limit: 1 << 20)
    let description = try archive.content(named: "ptrain.npy")
    let npz = try Bombs.zip("dense.weight.npy", 512 << 20, others: [("ptrain.npy", description)])
    expectRefusal("536870912 bytes") { () throws(WeightsError) in _ = try NumpyWeights.read(npz) }
    let config = try ZipArchive(KerasFile.archive(model), limit: 1 << 20).content(named: "config.json")
    let keras = try Bombs.zip("model.weights.h5", 512 << 20, others: [("config.json", config)])
    expectRefusal("536870912 bytes") { () throws(KerasFileError) in _ = try KerasFile.model(archive: keras) }
  }

  @Test(arguments: [(1_000_000, 1_000_000), (8192, 8192), (Int(Int32.max), 1)])
  func picturesOfHugeSizesAreRefused(width: Int, height: Int) {
    expectRefusal("\(width)×\(height)") { () throws(PNGError) in
      _ = try PNG.decode(Bombs.png(width: width, height: height), file: "picture.png")
    }
  }
}
