import Foundation
import PTrainCore
import PTrainNetwork
import PTrainStorage
import Testing

@testable import PTrainInterchange

/// The files that `Fixtures/make_keras.py` and `make_refused.py` had Keras and h5py write.
enum KerasFixtures {
  /// Inputs and what Keras predicts for them.
  struct Expected: Decodable {
    let inputs: [[Float]]
    let outputs: [[Float]]
  }

  static let models = ["keras2", "keras3"].flatMap { version in
    ["classifier", "every-layer", "logits", "chain"].map { "\(version)-\($0)" }
  }

  static func bytes(_ name: String) throws -> [UInt8] {
    let folder = try #require(Bundle.module.resourceURL).appendingPathComponent("Fixtures")
    return [UInt8](try Data(contentsOf: folder.appendingPathComponent(name)))
  }

  static func model(_ name: String) throws -> ExchangedModel { try read(bytes(name)) }

  static func expected(_ name: String) throws -> Expected {
    try JSONDecoder().decode(Expected.self, from: Data(bytes("\(name).json")))
  }

  /// A file of `refused.zip`.
  static func variation(_ name: String) throws -> [UInt8] {
    try ZipArchive(bytes("refused.zip"), limit: 1 << 20).content(named: "\(name).h5")
  }

  static func read(_ bytes: [UInt8]) throws(KerasFileError) -> ExchangedModel {
    KerasFile.isH5(bytes) ? try KerasFile.model(h5: bytes) : try KerasFile.model(archive: bytes)
  }
}

extension ExchangedModel {
  /// What the model gives for each of `samples`.
  func predict(_ samples: [[Float]]) throws -> [[Float]] {
    let network = try Network(model, loss: loss)
    let workspace = try BatchWorkspace(for: network, rows: 1)
    let parameters = FloatBuffer(self.parameters)
    return samples.map { sample in
      for (index, number) in sample.enumerated() { workspace.input.base[index] = number }
      network.forward(
        parameters: UnsafePointer(parameters.base), workspace: workspace, rows: 0..<1, mode: .inference)
      return Array(network.output(workspace).elements)
    }
  }
}
