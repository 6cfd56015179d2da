import PTrainCore

/// Named tensors in one file, every bit of which is verified when it is read.
///
/// The file is a safetensors file in one zstd frame with a content checksum, then a skippable zstd frame
/// that holds the text `ptrain-sha256` and the SHA-256 of all the bytes before it. `zstd -dc` gives the
/// plain safetensors file. The same tensors and metadata give the same bytes.
package struct SealedArchive: Sendable {
  /// A tensor to be written; `bytes` are little-endian elements in row-major order.
  package struct Tensor {
    package let name: String
    package let type: ElementType
    package let shape: Shape
    package let bytes: UnsafeRawBufferPointer

    package init(_ name: String, _ type: ElementType, _ shape: Shape, _ bytes: UnsafeRawBufferPointer) {
      self.name = name
      self.type = type
      self.shape = shape
      self.bytes = bytes
    }
  }

  package let header: SafetensorsHeader
  package var metadata: [String: String] { header.metadata }
  /// The whole safetensors file.
  private let content: [UInt8]
  private let headerBytes: Int

  /// Reads and verifies the archive at `path`.
  ///
  /// - Parameter limit: the largest uncompressed size, in bytes, that is allocated for.
  package static func read(_ path: String, limit: Int) throws(StorageError) -> SealedArchive {
    // Content that does not compress grows by less than 1/128 and a few headers.
    let fileLimit = limit.addingReportingOverflow(limit / 128 + 4096)
    let bytes = try DurableFile.read(path, limit: fileLimit.overflow ? .max : fileLimit.partialValue)
    do {
      return try SealedArchive(bytes: bytes, limit: limit)
    } catch {
      throw .damaged(file: path, fault: error)
    }
  }

  /// Floats hardly compress, and headers some ten times; a frame that promises more is a bomb, and nothing is
  /// allocated for it. Zeros of a fresh optimizer beside random parameters make it threefold at most.
  private static let largestRatio = 1000
  private static let smallContent = 1 << 20

  /// Reads and verifies an archive's bytes.
  package init(bytes: [UInt8], limit: Int) throws(StorageError) {
    let ratioLimit = bytes.count.multipliedReportingOverflow(by: Self.largestRatio)
    let limit = ratioLimit.overflow ? limit : min(limit, max(Self.smallContent, ratioLimit.partialValue))
    content = try bytes.scoped { file throws(StorageError) in
      let frame = try ArchiveSeal.verified(file)
      return try ZstdDecompressor().decompress(frame: frame, limit: limit)
    }
    header = try content.scoped { content throws(StorageError) in
      try SafetensorsHeader(parsing: content, fileBytes: content.count)
    }
    headerBytes = content.count - header.payloadBytes
  }

  /// Replaces the file at `path` with an archive of `tensors`, durably.
  package static func write(
    _ tensors: [Tensor], metadata: [String: String], to path: String, level: Int32 = ZstdCompressor.checkpointLevel
  ) throws(StorageError) {
    try DurableFile.replace(path, with: encoded(tensors, metadata: metadata, level: level))
  }

  /// The bytes of an archive of `tensors`.
  package static func encoded(
    _ tensors: [Tensor], metadata: [String: String], level: Int32 = ZstdCompressor.checkpointLevel
  ) throws(StorageError) -> [UInt8] {
    var header = SafetensorsHeader(metadata: metadata)
    for tensor in tensors {
      try header.append(tensor.name, tensor.type, tensor.shape)
      precondition(
        tensor.bytes.count == tensor.shape.elementCount * tensor.type.width,
        "\(tensor.name): \(tensor.bytes.count) bytes for \(tensor.type.rawValue) \(tensor.shape)")
    }
    let frame = try header.serialised().scoped { header throws(StorageError) in
      try ZstdCompressor(level: level).compress([header] + tensors.map(\.bytes))
    }
    return frame + frame.withUnsafeBytes(ArchiveSeal.seal)
  }

  /// The tensor named `name` as a block of its own.
  ///
  /// - Throws: ``StorageError/missingTensor(name:present:)`` or
  ///   ``StorageError/wrongTensor(name:found:expected:)``.
  package func floats(named name: String, shape: Shape) throws(StorageError) -> FloatBuffer {
    let block = FloatBuffer(count: shape.elementCount)
    try copyFloats(named: name, shape: shape, into: block.elements)
    return block
  }

  /// Copies the tensor named `name` into `floats`, which has the shape's count; overwritten.
  package func copyFloats(
    named name: String, shape: Shape, into floats: UnsafeMutableBufferPointer<Float>
  ) throws(StorageError) {
    precondition(floats.count == shape.elementCount, "\(floats.count) elements for the shape \(shape)")
    try withBytes(of: name, .f32, shape) { UnsafeMutableRawBufferPointer(floats).copyMemory(from: $0) }
  }

  /// A copy of the bytes of `tensor`, one of ``header``'s.
  package func bytes(of tensor: SafetensorsHeader.Tensor) -> [UInt8] {
    Array(content[(headerBytes + tensor.range.lowerBound)..<(headerBytes + tensor.range.upperBound)])
  }

  /// The bytes of the tensor named `name`, which need not be aligned.
  package func withBytes<Result>(
    of name: String, _ type: ElementType, _ shape: Shape, _ body: (UnsafeRawBufferPointer) -> Result
  ) throws(StorageError) -> Result {
    let range = try header.tensor(name, type, shape).range
    return content.withUnsafeBytes { content in
      body(
        UnsafeRawBufferPointer(rebasing: content[(headerBytes + range.lowerBound)..<(headerBytes + range.upperBound)]))
    }
  }
}

extension [UInt8] {
  /// `withUnsafeBytes` with a typed error, which the library's own would lose.
  package func scoped<Result>(
    _ body: (UnsafeRawBufferPointer) throws(StorageError) -> Result
  ) throws(StorageError) -> Result {
    try withUnsafeBytes { bytes in
      Swift.Result { () throws(StorageError) in try body(bytes) }
    }.get()
  }
}
