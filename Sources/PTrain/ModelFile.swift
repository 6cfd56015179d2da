import PTrainCore
import PTrainInterchange
import PTrainStorage
import PTrainTraining

/// A format in which other tools keep trained models: recognised by content when read, by its ending when written.
struct ModelFile: Sendable {
  /// Without the dot.
  let ending: String
  /// Whether a file with this content is of the format.
  let isFormat: @Sendable ([UInt8]) -> Bool
  /// `nil` for formats that are only written.
  let decode: (@Sendable ([UInt8]) throws(Diagnosed) -> ExchangedModel)?
  let encode: @Sendable (ExchangedModel) throws(Diagnosed) -> [UInt8]

  /// All formats. The first that recognises a content reads it.
  static let all = [
    ModelFile(
      ending: "h5", isFormat: { KerasFile.isH5($0) },
      decode: { bytes throws(Diagnosed) in try diagnosed { () throws(KerasFileError) in try KerasFile.model(h5: bytes) }
      },
      encode: { model throws(Diagnosed) in try diagnosed { () throws(KerasFileError) in try KerasFile.h5(model) } }),
    ModelFile(
      ending: "keras", isFormat: { KerasFile.isArchive($0) },
      decode: { bytes throws(Diagnosed) in
        try diagnosed { () throws(KerasFileError) in try KerasFile.model(archive: bytes) }
      },
      encode: { model throws(Diagnosed) in try diagnosed { () throws(KerasFileError) in try KerasFile.archive(model) } }
    ),
    ModelFile(
      ending: "npz", isFormat: { NumpyWeights.isFormat($0) },
      decode: { bytes throws(Diagnosed) in try diagnosed { () throws(WeightsError) in try NumpyWeights.read(bytes) } },
      encode: { model throws(Diagnosed) in try diagnosed { () throws(WeightsError) in try NumpyWeights.encoded(model) }
      }),
    ModelFile(
      ending: "safetensors", isFormat: { SafetensorsWeights.isFormat($0) },
      decode: { bytes throws(Diagnosed) in
        try diagnosed { () throws(WeightsError) in try SafetensorsWeights.read(bytes) }
      },
      encode: { model throws(Diagnosed) in
        try diagnosed { () throws(WeightsError) in try SafetensorsWeights.encoded(model) }
      }),
    ModelFile(
      ending: "onnx", isFormat: { _ in false }, decode: nil,
      encode: { model throws(Diagnosed) in try diagnosed { () throws(WeightsError) in try ONNXModel.encoded(model) } }),
  ]

  /// Bytes of a file that are read at most.
  private static let largestBytes = 4 << 30
  /// Bytes at a file's beginning that tell checkpoints from other formats.
  private static let magicBytes = 8

  /// The model in the file at `path`, if it is of one of the formats; else `nil`: it may be a checkpoint.
  static func read(_ path: String) throws(Diagnosed) -> ExchangedModel? {
    guard !(try beginsAsCheckpoint(path)) else { return nil }
    let bytes = try diagnosed { () throws(StorageError) in try DurableFile.read(path, limit: largestBytes) }
    guard let format = all.first(where: { $0.isFormat(bytes) }), let decode = format.decode else { return nil }
    do throws(Diagnosed) { return try decode(bytes) } catch { throw Diagnosed(error.diagnosis.inFile(path)) }
  }

  /// The format that `path`'s ending names.
  static func format(of path: String) throws(Diagnosed) -> ModelFile {
    let name = path.split(separator: "/").last ?? ""
    let ending = name.split(separator: ".", omittingEmptySubsequences: false).dropFirst().last?.lowercased()
    guard let format = all.first(where: { $0.ending == ending }) else {
      throw Diagnosed(
        Diagnosis(
          .usage, found: "the file name \(path)",
          expected: all.map { ".\($0.ending)" }.joined(separator: ", ") + " at its end",
          remedy: "choose a name whose ending says which format to write"))
    }
    return format
  }

  /// Zstandard's magic number, so that large checkpoints aren't read twice.
  private static func beginsAsCheckpoint(_ path: String) throws(Diagnosed) -> Bool {
    try diagnosed { () throws(StorageError) in
      let file = try ReadableFile(path)
      guard file.byteCount >= magicBytes else { return true }
      var start: UInt64 = 0
      let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: magicBytes, alignment: magicBytes)
      defer { buffer.deallocate() }
      try file.read(at: 0, into: buffer)
      start = buffer.load(as: UInt64.self)
      return UInt32(truncatingIfNeeded: UInt64(littleEndian: start)) == 0xFD2F_B528
    }
  }
}

/// An error of a lower floor by its diagnosis.
struct Diagnosed: DiagnosableError {
  let diagnosis: Diagnosis

  init(_ diagnosis: Diagnosis) { self.diagnosis = diagnosis }
}

/// Runs `body` on the terms that all formats share.
private func diagnosed<Failure: DiagnosableError, Value>(
  _ body: () throws(Failure) -> Value
) throws(Diagnosed) -> Value {
  do throws(Failure) { return try body() } catch { throw Diagnosed(error.diagnosis) }
}
