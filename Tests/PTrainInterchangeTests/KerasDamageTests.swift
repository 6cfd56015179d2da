import PTrainCore
import PTrainNetwork
import PTrainStorage
import Testing

@testable import PTrainInterchange

/// Altered files end in an error or in a well-formed model: never in a crash, nor in a model of another size.
@Suite struct KerasDamageTests {
  private static let files = ["keras3-chain.h5", "keras2-chain.keras"]

  /// Whether `bytes` are read as a well-formed model; `false` for an error.
  private func isTaken(_ bytes: [UInt8]) -> Bool {
    guard let model = try? KerasFixtures.read(bytes) else { return false }
    let plan = try? ModelPlan(model.model)
    #expect(plan?.layout.count == model.parameters.count && model.parameters.count <= bytes.count / 4)
    return true
  }

  @Test(arguments: files) func aTruncatedFileIsRefused(name: String) throws {
    let bytes = try KerasFixtures.bytes(name)
    for place in 0..<200 { #expect(!isTaken(Array(bytes.prefix(place * bytes.count / 200))), "\(place)") }
    #expect(!isTaken(Array(bytes.dropLast())))
  }

  @Test(arguments: files) func aFlippedBitIsAnErrorOrAModel(name: String) throws {
    let bytes = try KerasFixtures.bytes(name)
    let random = CounterRandom(seed: 4, stream: .sampleOrder(epoch: 0))
    var taken = 0
    for flip in 0..<2000 { taken += isTaken(flipped(bytes, random.integer(flip, below: bytes.count * 8))) ? 1 : 0 }
    // In an archive the checksum notices; in a bare file numbers and what is not read may change.
    #expect(name.hasSuffix(".h5") ? taken > 0 && taken < 2000 : taken < 200)
  }

  /// The archive's checksum keeps flips from the HDF5 file inside it: here they reach it.
  @Test func aFlippedBitInTheWeightsIsAnErrorOrAModel() throws {
    let archive = try ZipArchive(KerasFixtures.bytes("keras3-chain.keras"), limit: 1 << 20)
    let weights = try archive.content(named: "model.weights.h5")
    let random = CounterRandom(seed: 5, stream: .sampleOrder(epoch: 0))
    for flip in 0..<500 {
      var writer = ZipWriter()
      try writer.append("config.json", archive.content(named: "config.json"))
      try writer.append("model.weights.h5", flipped(weights, random.integer(flip, below: weights.count * 8)))
      _ = isTaken(writer.encoded())
    }
  }

  /// Every structure, hit harder: each byte that says something has all its bits turned.
  @Test func everyByteOfTheStructuresMayBeLost() throws {
    let bytes = try KerasFixtures.variation("plain")
    for place in bytes.indices where bytes[place] != 0 {
      var altered = bytes
      altered[place] ^= 0xFF
      _ = isTaken(altered)
    }
  }

  private func flipped(_ bytes: [UInt8], _ bit: Int) -> [UInt8] {
    var bytes = bytes
    bytes[bit >> 3] ^= 1 << UInt8(bit & 7)
    return bytes
  }
}
