import PTrainCore
import PTrainData
import PTrainNetwork
import PTrainParallel

/// A model's outputs for many samples, as parallel as an evaluation: a frame, or as many samples, is a task.
final class Predictor: PhasedWork, @unchecked Sendable {
  // Sendable: a task writes its own samples' outputs, and what belongs to its lane.
  let cycle: PhaseCycle
  let failure = FirstError<DatasetError>()
  private let network: Network
  private let parameters: UnsafePointer<Float>
  private let source: any PredictionSource
  private let workspaces: [BatchWorkspace]
  /// `[samples, outputs]`
  private let outputs: FloatBuffer

  init(
    _ network: Network, parameters: UnsafePointer<Float>, source: any PredictionSource, laneCount: Int
  ) throws(TrainingError) {
    let count = source.batches.last?.upperBound ?? 0
    let (outputCount, overflow) = count.multipliedReportingOverflow(by: network.outputCount)
    guard !overflow, MachineMemory.holds(floats: outputCount) else {
      throw .outOfRange(
        "\(count) samples with \(network.outputCount) outputs each", expected: "as many as memory holds")
    }
    let longest = source.batches.map(\.count).max() ?? 0
    var workspaces: [BatchWorkspace] = []
    for _ in 0..<laneCount {
      workspaces.append(
        try rethrowing { () throws(ModelError) in try BatchWorkspace(for: network, rows: max(1, longest)) })
    }
    self.network = network
    self.parameters = parameters
    self.source = source
    self.workspaces = workspaces
    outputs = FloatBuffer(count: outputCount)
    cycle = PhaseCycle(taskCounts: [max(1, source.batches.count)])
  }

  func predict(_ team: WorkerTeam) throws(TrainingError) -> Predictions {
    _ = team.run(self, cycleCount: 1)
    if let error = failure.error { throw .other(error.diagnosis) }
    return Predictions(outputs: outputs.copy(), classCount: network.outputCount)
  }

  func shouldStop(before cycle: Int) -> Bool { false }

  func perform(task: Int, at place: PhaseCycle.Place, lane: Int) {
    guard task < source.batches.count, !failure.isReadable else { return }
    let samples = source.batches[task]
    let workspace = workspaces[lane]
    do throws(DatasetError) {
      try source.fill(task, by: lane, workspace.input)
    } catch {
      return failure.record(error)
    }
    let rows = 0..<samples.count
    network.forward(parameters: parameters, workspace: workspace, rows: rows, mode: .inference)
    let width = network.outputCount
    let row = outputs.base + samples.lowerBound * width
    row.update(from: network.output(workspace).base, count: samples.count * width)
  }
}

/// Where the samples of a prediction come from.
protocol PredictionSource: Sendable {
  /// Samples that are predicted together, from 0 on, without gaps.
  var batches: [Range<Int>] { get }

  /// Writes the samples of a batch to the first rows of `input`.
  func fill(_ batch: Int, by lane: Int, _ input: MatrixView) throws(DatasetError)
}

/// The samples of some frames of a data set.
struct FrameSamples: PredictionSource {
  let batches: [Range<Int>]
  private let source: StreamedFrames
  private let firstFrame: Int
  private let conversion: RowConversion
  private let readers: [LaneReader]

  init(
    _ split: DatasetSplit, frames: Range<Int>, conversion: RowConversion, laneCount: Int
  ) throws(DatasetError) {
    source = StreamedFrames(split)
    firstFrame = frames.lowerBound
    self.conversion = conversion
    let first = frames.isEmpty ? 0 : split.frames[frames.lowerBound].samples.lowerBound
    batches = split.frames[frames].map { ($0.samples.lowerBound - first)..<($0.samples.upperBound - first) }
    var readers: [LaneReader] = []
    for _ in 0..<laneCount { readers.append(try LaneReader(for: split)) }
    self.readers = readers
  }

  func fill(_ batch: Int, by lane: Int, _ input: MatrixView) throws(DatasetError) {
    let bytes = try source.rows(of: firstFrame + batch, by: readers[lane])
    for row in 0..<batches[batch].count {
      conversion.convert(bytes + row * conversion.elementCount, into: input.base + row * input.columns)
    }
  }
}

/// Samples in memory.
struct ByteSamples: PredictionSource {
  /// Samples of a task.
  private static let batchSize = 256

  let batches: [Range<Int>]
  private let bytes: [UInt8]
  private let conversion: RowConversion

  /// - Parameter bytes: whole samples of the conversion's size, one after the other.
  init(_ bytes: [UInt8], conversion: RowConversion) {
    let count = bytes.count / conversion.elementCount
    batches = stride(from: 0, to: count, by: Self.batchSize).map { $0..<min($0 + Self.batchSize, count) }
    self.bytes = bytes
    self.conversion = conversion
  }

  func fill(_ batch: Int, by lane: Int, _ input: MatrixView) {
    bytes.withUnsafeBufferPointer { bytes in
      for (row, sample) in batches[batch].enumerated() {
        let range = (sample * conversion.elementCount)..<((sample + 1) * conversion.elementCount)
        conversion.convert(
          UnsafeBufferPointer(rebasing: bytes[range]),
          into: UnsafeMutableBufferPointer(start: input.base + row * input.columns, count: range.count))
      }
    }
  }
}
