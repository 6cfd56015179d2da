import FoundationEssentials
import PTrainCore
import PTrainStorage
import PTrainTraining

/// What is drawn of a run: loss and accuracy of each epoch.
package struct RunCurve: Equatable, Sendable {
  package struct Point: Equatable, Sendable {
    /// Counted from 1.
    package let epoch: Int
    package let training: Evaluation
    /// `nil` if no validation samples are set apart.
    package let validation: Evaluation?

    package init(epoch: Int, training: Evaluation, validation: Evaluation?) {
      self.epoch = epoch
      self.training = training
      self.validation = validation
    }
  }

  package let name: String
  /// At least one, in the order of the epochs.
  package let points: [Point]

  package init(name: String, points: [Point]) {
    self.name = name
    self.points = points
  }

  /// The epoch with the lowest validation loss, or training loss where there is none; the first of equals.
  /// Losses that aren't numbers don't count.
  package var best: Point? {
    let loss = { (point: Point) in (point.validation ?? point.training).loss }
    return points.filter { loss($0).isFinite }.min { loss($0) < loss($1) }
  }
}

extension RunCurve {
  private static let largestBytes = 1 << 28

  /// The curve in `history.jsonl` of the run that `path` names: its folder, or a file in it.
  package init(run path: String) throws {
    let folder = RunFolder(of: path)
    let file = "\(folder.path)/\(HistoryFile.fileName)"
    let text = String(decoding: try DurableFile.read(file, limit: Self.largestBytes), as: UTF8.self)
    var points: [Point] = []
    for (index, line) in text.split(separator: "\n").enumerated() {
      guard let record = try? JSONDecoder().decode(Record.self, from: Data(line.utf8)),
        record.epoch > points.last?.epoch ?? 0
      else { throw CurveError.malformedHistory(file: file, line: index + 1) }
      points.append(record.point)
    }
    guard !points.isEmpty else { throw CurveError.noEpochs(file: file) }
    self.init(name: path, points: points)
  }

  /// A line of `history.jsonl`; a number that is not finite is `null` there.
  private struct Record: Decodable {
    let epoch: Int
    let loss, accuracy, validationLoss, validationAccuracy: Double?

    private enum CodingKeys: String, CodingKey {
      case epoch, loss, accuracy
      case validationLoss = "val_loss"
      case validationAccuracy = "val_accuracy"
    }

    var point: Point {
      let evaluation = { (loss: Double?, accuracy: Double?) in
        Evaluation(loss: loss ?? .nan, accuracy: accuracy ?? .nan)
      }
      let hasValidation = validationLoss != nil || validationAccuracy != nil
      return Point(
        epoch: epoch, training: evaluation(loss, accuracy),
        validation: hasValidation ? evaluation(validationLoss, validationAccuracy) : nil)
    }
  }
}

/// Why there is nothing to draw.
package enum CurveError: DiagnosableError, Equatable {
  case malformedHistory(file: String, line: Int)
  case noEpochs(file: String)
  /// More runs than colours.
  case tooManyRuns(Int)
  case unknownFormat(file: String)

  package var diagnosis: Diagnosis {
    switch self {
    case .malformedHistory(let file, let line):
      Diagnosis(
        .malformedData, found: "\(file), line \(line): no epoch that follows the one before",
        expected: "an 'epoch' object a line", remedy: "'ptrain resume' makes the file anew from the checkpoint")
    case .noEpochs(let file):
      Diagnosis(
        .malformedData, found: "\(file) without epochs", expected: "one at least",
        remedy: "train for an epoch first")
    case .tooManyRuns(let count):
      Diagnosis(
        .usage, found: "\(count) runs", expected: "1 to \(CurveScript.colors.count) of them",
        remedy: "draw fewer at once")
    case .unknownFormat(let file):
      Diagnosis(
        .usage, found: "'\(file)' for --output", expected: "a name that ends in .png or .svg",
        remedy: "for example --output curves.svg")
    }
  }
}
