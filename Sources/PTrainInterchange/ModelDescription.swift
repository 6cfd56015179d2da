import FoundationEssentials
import PTrainNetwork

/// What a file of weights says about the model that they belong to, as JSON:
/// `{"format":"ptrain-weights","version":1,"model":{…},"loss":"…","optimizer":{…}}`.
struct ModelDescription: Codable, Equatable {
  let format: String
  let version: Int
  let model: Sequential
  let loss: Loss
  /// Absent where the weights come from a model without one.
  let optimizer: Optimizer?
  /// The name of the loss that the model was trained with, if ptrain does not compute it.
  let unsupportedLoss: String?

  private enum CodingKeys: String, CodingKey {
    case format, version, model, loss, optimizer
    case unsupportedLoss = "unsupported_loss"
  }

  /// The name that it goes by: in safetensors' metadata, and among the arrays of `.npz`.
  static let key = "ptrain"
  static let format = "ptrain-weights"
  static let version = 1
  /// What is decoded at most.
  static let largestBytes = 1 << 24

  init(_ model: ExchangedModel) {
    format = Self.format
    version = Self.version
    self.model = model.model
    loss = model.loss
    optimizer = model.optimizer
    unsupportedLoss = model.unsupportedLoss
  }

  /// - Throws: ``WeightsError/malformedDescription(reason:)`` or ``WeightsError/unknownVersion(found:expected:)``.
  init(json: [UInt8]) throws(WeightsError) {
    guard json.count <= Self.largestBytes else { throw .malformedDescription(reason: "\(json.count) bytes") }
    do {
      self = try JSONDecoder().decode(ModelDescription.self, from: Data(json))
    } catch DecodingError.dataCorrupted(let context) {
      throw .malformedDescription(reason: context.debugDescription)
    } catch {
      throw .malformedDescription(reason: "a part is missing or of the wrong type")
    }
    guard format == Self.format else { throw .malformedDescription(reason: "format \(format)") }
    guard version == Self.version else { throw .unknownVersion(found: version, expected: Self.version) }
  }

  /// Sorted by key: the same description gives the same text.
  var json: [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    // The values are ours and can be encoded; an empty text would be refused when it is read.
    return (try? encoder.encode(self)).map { Array($0) } ?? []
  }
}
