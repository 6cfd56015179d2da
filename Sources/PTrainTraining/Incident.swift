import PTrainCore
import PTrainKernels
import PTrainNetwork

/// A step that was not finite, as its record keeps it beside the state before the step: a pure function of the job.
/// Numbers are 0-based.
package struct Incident: Equatable, Sendable, Codable {
  package let kind: Divergence.Kind
  package let epoch: Int
  package let step: Int
  package let globalStep: Int
  /// The bits of the minibatch's mean loss, which may be no number.
  package let lossBits: UInt64
  /// The minibatch, in its order: places in the data set's training samples.
  package let samples: [Int]
  /// The dense layers, in order.
  package let layers: [LayerRange]

  package var loss: Double { Double(bitPattern: lossBits) }

  package struct LayerRange: Equatable, Sendable, Codable {
    package let name: String
    package let activations: ValueRange
    package let deltas: ValueRange
  }

  private enum CodingKeys: String, CodingKey {
    case kind, epoch, step, samples, layers
    case globalStep = "global_step"
    case lossBits = "loss_bits"
  }
}

/// The range of the finite ones among some values, 0…0 of none, and how many are not.
package struct ValueRange: Equatable, Sendable, Codable {
  package private(set) var least: Float
  package private(set) var greatest: Float
  package private(set) var nonFinite = 0

  init(_ values: UnsafeMutableBufferPointer<Float>) {
    var (least, greatest) = (Float.infinity, -Float.infinity)
    for value in values {
      guard value.isFinite else {
        nonFinite += 1
        continue
      }
      least = min(least, value)
      greatest = max(greatest, value)
    }
    (self.least, self.greatest) = least <= greatest ? (least, greatest) : (0, 0)
  }

  private enum CodingKeys: String, CodingKey {
    case least = "min"
    case greatest = "max"
    case nonFinite = "non_finite"
  }
}

extension Network {
  /// The dense layers' ranges after a forward and a backward pass over `rows`.
  func ranges(_ workspace: BatchWorkspace, rows: Range<Int>) -> [Incident.LayerRange] {
    denseStages.map { stage in
      let entry = layout.entries.first { $0.range.lowerBound == stage.weightOffset }
      return Incident.LayerRange(
        name: String(entry?.name.split(separator: ".").first ?? ""),
        activations: ValueRange(workspace.outputs[stage.index].rows(rows).elements),
        deltas: ValueRange(workspace.deltas[stage.index].rows(rows).elements))
    }
  }
}
