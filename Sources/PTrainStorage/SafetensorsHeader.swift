import PTrainCore

/// The header of a safetensors file: which tensors it holds, where, and free text about them.
///
/// A file is 8 bytes of little-endian header length, the header as JSON, then the tensors' bytes without
/// gaps. See https://huggingface.co/docs/safetensors, "Format".
package struct SafetensorsHeader: Equatable, Sendable {
  package struct Tensor: Equatable, Sendable {
    package let name: String
    package let type: ElementType
    package let shape: Shape
    /// Its bytes, counted from the end of the header.
    package let range: Range<Int>

    /// `F32 20×784`.
    package var kind: String { "\(type.rawValue) \(shape)" }
  }

  /// The format's limit on the JSON text.
  package static let maximumTextBytes = 100_000_000
  /// The key of the free text, which no tensor may have as its name.
  package static let metadataKey = "__metadata__"

  /// In the order of their bytes.
  package private(set) var tensors: [Tensor] = []
  package let metadata: [String: String]
  /// Bytes of all tensors.
  package private(set) var payloadBytes = 0

  package init(metadata: [String: String] = [:]) {
    self.metadata = metadata
  }

  /// Appends a tensor behind those already there.
  ///
  /// - Throws: ``StorageError/malformedHeader(found:expected:)`` if the name is taken or the size overflows.
  package mutating func append(_ name: String, _ type: ElementType, _ shape: Shape) throws(StorageError) {
    let (size, tooWide) = shape.elementCount.multipliedReportingOverflow(by: type.width)
    let (end, tooLong) = payloadBytes.addingReportingOverflow(size)
    guard !tooWide, !tooLong else {
      throw .malformedHeader(found: "\(name) of shape \(shape)", expected: "fewer than 2^63 bytes")
    }
    try append(Tensor(name: name, type: type, shape: shape, range: payloadBytes..<end))
  }

  /// Appends a tensor whose place is given: where the one before it ended, and of its shape's size.
  package mutating func append(_ tensor: Tensor) throws(StorageError) {
    guard tensor.name != Self.metadataKey, !names.contains(tensor.name) else {
      throw .malformedHeader(found: "the tensor name \(tensor.name) twice", expected: "distinct names")
    }
    guard tensor.range.lowerBound == payloadBytes else {
      throw .malformedHeader(
        found: "\(tensor.name) at byte \(tensor.range.lowerBound)", expected: "byte \(payloadBytes): no gap, no overlap"
      )
    }
    let (size, overflow) = tensor.shape.elementCount.multipliedReportingOverflow(by: tensor.type.width)
    guard !overflow, size == tensor.range.count else {
      throw .malformedHeader(
        found: "\(tensor.name) (\(tensor.kind)) of \(tensor.range.count) bytes", expected: "\(size) bytes")
    }
    names.insert(tensor.name)
    tensors.append(tensor)
    payloadBytes = tensor.range.upperBound
  }

  private var names: Set<String> = []

  package subscript(name: String) -> Tensor? { tensors.first { $0.name == name } }

  /// The tensor named `name`, which must be of this type and shape.
  package func tensor(_ name: String, _ type: ElementType, _ shape: Shape) throws(StorageError) -> Tensor {
    guard let tensor = self[name] else { throw .missingTensor(name: name, present: tensors.map(\.name)) }
    guard tensor.type == type, tensor.shape == shape else {
      throw .wrongTensor(name: name, found: tensor.kind, expected: "\(type.rawValue) \(shape)")
    }
    return tensor
  }
}
