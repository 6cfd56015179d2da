import PTrainCore
import PTrainStorage

/// Samples and labels in a `.npz` file of NumPy: `x` and `y`, or `x_train`, `y_train`, `x_test` and `y_test` as in
/// Keras's `mnist.npz`.
package struct NumpySamples {
  private let path: String
  private let archive: NumpyArchive

  /// What all arrays may hold together, in bytes.
  private static let largestBytes = 16 << 30

  package init(_ path: String) throws(DatasetError) {
    self.path = path
    archive = try DatasetError.storing { () throws(StorageError) in
      let bytes = try DurableFile.read(path, limit: Self.largestBytes)
      do throws(StorageError) {
        return try NumpyArchive(bytes, limit: Self.largestBytes)
      } catch {
        throw .damaged(file: path, fault: error)
      }
    }
  }

  /// Whether the file holds samples of `split`, `train` or `test`, by name.
  func hasSplit(_ split: String) -> Bool { archive.contains("x_\(split)") }

  /// The samples of `split` by name, or else `x` and `y`.
  package func source(_ split: String) throws(DatasetError) -> SampleSource {
    let suffix = hasSplit(split) ? "_\(split)" : ""
    let (imageName, labelName) = ("x\(suffix)", "y\(suffix)")
    let images = try array(imageName)
    let shape = try sampleShape(of: images, imageName)
    let (bytes, labels) = (try bytes(of: images, imageName), try labels(labelName))
    guard images.shape.dimensions[0] == labels.count else {
      throw .countsDiffer(images: images.shape.dimensions[0], labels: labels.count, file: place(labelName))
    }
    guard !labels.isEmpty else { throw .emptySplit(file: place(imageName)) }
    return SampleSource(images: bytes, labels: labels, labelFile: place(labelName), shape: shape)
  }

  private func array(_ name: String) throws(DatasetError) -> NumpyArray {
    do {
      return try archive.array(named: name)
    } catch {
      throw .storage(.damaged(file: path, fault: error))
    }
  }

  /// What is behind the first dimension; `[1]` if nothing is.
  private func sampleShape(of images: NumpyArray, _ name: String) throws(DatasetError) -> Shape {
    let dimensions = images.shape.dimensions
    let shape = dimensions.count == 1 ? try? Shape([1]) : try? Shape(Array(dimensions.dropFirst()))
    guard !dimensions.isEmpty, let shape, shape.elementCount > 0 else {
      throw unsuitable(name, "an array of shape \(images.shape)", "samples, then their dimensions")
    }
    return shape
  }

  private func bytes(of images: NumpyArray, _ name: String) throws(DatasetError) -> [UInt8] {
    if images.type == .u8 { return images.bytes }
    guard let numbers = images.type.integers(images.bytes), images.type != .bool else {
      throw unsuitable(
        name, "elements of type \(images.type.rawValue)",
        "bytes of 0 to 255; for numbers of 0 to 1: (\(name) * 255).round().astype('uint8')")
    }
    guard numbers.allSatisfy({ (0...255).contains($0) }) else {
      throw unsuitable(name, "elements outside of 0 to 255", "values that fit in a byte: scale them")
    }
    return numbers.map { UInt8($0) }
  }

  /// One whole number for each sample, in one dimension or in a second one of 1, as in Keras's `cifar10`.
  private func labels(_ name: String) throws(DatasetError) -> [Int32] {
    let array = try array(name)
    let dimensions = array.shape.dimensions
    guard dimensions.count == 1 || (dimensions.count == 2 && dimensions[1] == 1) else {
      throw unsuitable(
        name, "an array of shape \(array.shape)", "one label a sample; for one-hot rows: \(name).argmax(axis=1)")
    }
    guard let labels = array.type.integers(array.bytes), array.type != .bool else {
      throw unsuitable(name, "elements of type \(array.type.rawValue)", "labels of whole numbers below 2^31")
    }
    return labels
  }

  private func place(_ name: String) -> String { "\(path), array \(name)" }

  private func unsuitable(_ name: String, _ found: String, _ expected: String) -> DatasetError {
    .unsuitableArray(file: place(name), found: found, expected: expected)
  }
}
