import FoundationEssentials
import PTrainCore
import PTrainNetwork
import PTrainStorage

/// All that it takes to go on with a run, as it is kept in a file.
///
/// The file is a safetensors file, sealed and compressed (see ``SealedArchive``): the parameters under
/// the layers' names, the optimizer's state as `optimizer.<state>.<parameter>`, and job, progress and
/// environment as JSON in the metadata. It holds no time: the same state gives the same bytes.
package struct Checkpoint: Sendable {
  package static let format = "ptrain-checkpoint"
  package static let version = "1"
  /// What is allocated for at most, in bytes.
  package static let largestBytes = 16 << 30

  package let job: Job
  package let progress: RunProgress
  package let environment: RunEnvironment
  /// The folder of the data set when the run was begun.
  package let datasetPath: String
  /// The step after the state, if this is the record of one that was not finite.
  package let incident: Incident?
  /// See ``LossTrace``; empty in checkpoints of before there was one.
  package let trace: [Double]
  private let archive: SealedArchive
  fileprivate static let optimizerPrefix = "optimizer."
  private static let traceName = "trace.loss"

  private enum Key {
    static let format = "format"
    static let version = "version"
    static let job = "job"
    static let progress = "progress"
    static let environment = "environment"
    static let dataset = "dataset"
    static let incident = "incident"
  }

  /// The bytes of a checkpoint of `state`.
  package static func encoded(
    _ state: TrainingState, job: Job, environment: RunEnvironment, datasetPath: String,
    incident: Incident? = nil
  ) throws(TrainingError) -> [UInt8] {
    var metadata = [
      Key.format: format, Key.version: version, Key.job: json(job), Key.progress: json(state.progress),
      Key.environment: json(environment), Key.dataset: datasetPath,
    ]
    metadata[Key.incident] = incident.map(json)
    let blocks = state.blocks.flatMap { block in
      state.layout.entries.map { entry in
        SealedArchive.Tensor(
          block.prefix + entry.name, .f32, entry.shape,
          UnsafeRawBufferPointer(UnsafeMutableBufferPointer(rebasing: block.elements[entry.range])))
      }
    }
    let trace = state.trace.values(at: state.progress)
    return try rethrowing { () throws(StorageError) in
      guard !trace.isEmpty, let shape = try? Shape([trace.count]) else {
        return try SealedArchive.encoded(blocks, metadata: metadata)
      }
      // Elements of eight bytes come first, so that all tensors lie at multiples of their elements' width.
      return try trace.withUnsafeBytes { bytes in
        Result { () throws(StorageError) in
          try SealedArchive.encoded(
            [SealedArchive.Tensor(traceName, .f64, shape, bytes)] + blocks, metadata: metadata)
        }
      }.get()
    }
  }

  /// Reads and verifies the checkpoint at `path`.
  package init(path: String) throws(TrainingError) {
    try self.init(
      rethrowing { () throws(StorageError) in try SealedArchive.read(path, limit: Self.largestBytes) }, path: path)
  }

  /// Reads and verifies the checkpoint that `bytes`, out of the file at `path`, hold.
  package init(bytes: [UInt8], path: String) throws(TrainingError) {
    try self.init(
      rethrowing { () throws(StorageError) in try SealedArchive(bytes: bytes, limit: Self.largestBytes) }, path: path)
  }

  private init(_ archive: SealedArchive, path: String) throws(TrainingError) {
    self.archive = archive
    let metadata = archive.metadata
    guard metadata[Key.format] == Self.format else {
      throw .notACheckpoint(path: path, reason: "an archive of another kind")
    }
    guard metadata[Key.version] == Self.version else {
      throw .checkpointVersion(path: path, found: metadata[Key.version] ?? "none", expected: Self.version)
    }
    func decode<Value: Decodable>(_ key: String) throws(TrainingError) -> Value {
      do {
        return try JSONDecoder().decode(Value.self, from: Data((metadata[key] ?? "").utf8))
      } catch {
        throw .notACheckpoint(path: path, reason: "its \(key) can't be read")
      }
    }
    job = try decode(Key.job)
    progress = try decode(Key.progress)
    environment = try decode(Key.environment)
    datasetPath = metadata[Key.dataset] ?? ""
    incident = metadata[Key.incident] == nil ? nil : try decode(Key.incident)
    trace = try Self.trace(in: archive, path: path)
    try checkNumbers(path: path)
  }

  private static func trace(in archive: SealedArchive, path: String) throws(TrainingError) -> [Double] {
    guard let tensor = archive.header.tensors.first(where: { $0.name == traceName }) else { return [] }
    guard tensor.type == .f64, tensor.shape.dimensions.count == 1 else {
      throw .notACheckpoint(path: path, reason: "its trace is \(tensor.type.rawValue) \(tensor.shape)")
    }
    let bytes = archive.bytes(of: tensor)
    return bytes.withUnsafeBytes { bytes in
      (0..<tensor.shape.elementCount).map { bytes.loadUnaligned(fromByteOffset: $0 * 8, as: Double.self) }
    }
  }

  private static func isParameter(_ name: String) -> Bool { !name.hasPrefix(optimizerPrefix) && name != traceName }

  private func checkNumbers(path: String) throws(TrainingError) {
    try job.check()
    let counts = [progress.epoch, progress.step, progress.globalStep, progress.epochsWanted, progress.sums.samples]
    guard counts.allSatisfy({ $0 >= 0 }), (0...progress.sums.samples).contains(progress.sums.correct),
      progress.records.map(\.epoch) == Array(0..<progress.records.count), progress.records.count == progress.epoch
    else {
      throw .notACheckpoint(path: path, reason: "its progress contradicts itself")
    }
  }

  /// The state that the checkpoint holds, for a network with `layout`.
  package func restore(layout: ParameterLayout, stateNames: [String]) throws(TrainingError) -> TrainingState {
    try checkTensors(layout)
    let state = TrainingState(layout: layout, optimizerStateNames: stateNames, progress: progress)
    for block in state.blocks { try copy(layout, prefix: block.prefix, into: block.elements) }
    return state
  }

  /// The SHA-256 of the parameters' bytes, in the order of the file; see ``TrainingState/parametersDigest``.
  package var parametersDigest: Digest {
    let tensors = archive.header.tensors.filter { Self.isParameter($0.name) }
    return Digest(of: tensors.flatMap { archive.bytes(of: $0) })
  }

  /// The parameters alone, for a network with `layout`.
  package func parameters(layout: ParameterLayout) throws(TrainingError) -> FloatBuffer {
    try checkTensors(layout)
    let parameters = FloatBuffer(count: layout.count)
    try copy(layout, prefix: "", into: parameters.elements)
    return parameters
  }

  /// Throws unless the tensors are those of `layout`'s parameters, before anything is allocated for them.
  private func checkTensors(_ layout: ParameterLayout) throws(TrainingError) {
    let found = tensors.map(\.name).filter(Self.isParameter)
    guard found.count <= layout.entries.count else {
      let surplus = found.first { layout[$0] == nil } ?? ""
      throw .notACheckpoint(path: "the checkpoint", reason: "its model has no parameter \(surplus)")
    }
    for entry in layout.entries {
      try rethrowing { () throws(StorageError) in _ = try archive.header.tensor(entry.name, .f32, entry.shape) }
    }
  }

  private func copy(
    _ layout: ParameterLayout, prefix: String, into block: UnsafeMutableBufferPointer<Float>
  ) throws(TrainingError) {
    for entry in layout.entries {
      try rethrowing { () throws(StorageError) in
        try archive.copyFloats(
          named: prefix + entry.name, shape: entry.shape,
          into: UnsafeMutableBufferPointer(rebasing: block[entry.range]))
      }
    }
  }

  /// What tensors the file holds, in the order of their bytes.
  package var tensors: [SafetensorsHeader.Tensor] { archive.header.tensors }

  private static func json(_ value: some Encodable) -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    // The values are ours and can be encoded; an empty text would be refused when it is read.
    return (try? encoder.encode(value)).map { String(decoding: $0, as: UTF8.self) } ?? ""
  }
}

extension TrainingState {
  /// The flat blocks with the prefix of their tensors' names.
  fileprivate var blocks: [(prefix: String, elements: UnsafeMutableBufferPointer<Float>)] {
    [("", parameters.elements)]
      + optimizerStateNames.enumerated().map { ("\(Checkpoint.optimizerPrefix)\($1).", optimizerState(block: $0)) }
  }
}
