import PTrainCore

/// The images and labels of one split, checked against each other.
struct SampleSource {
  /// `[count, shape]`, one byte an element.
  let images: ArraySlice<UInt8>
  let shape: Shape
  let labels: [Int32]
  let labelFile: String

  var count: Int { labels.count }

  /// - Parameters:
  ///   - images: as many bytes as `imageCount` samples of `shape` have.
  ///   - imageFile, labelFile: where they come from, for messages.
  init(
    images: ArraySlice<UInt8>, imageCount: Int, shape: Shape, labels: [Int32], imageFile: String, labelFile: String
  ) throws(DatasetError) {
    guard imageCount == labels.count else {
      throw .countsDiffer(images: imageCount, labels: labels.count, file: labelFile)
    }
    guard !labels.isEmpty else { throw .emptySplit(file: imageFile) }
    self.images = images
    self.shape = shape
    self.labels = labels
    self.labelFile = labelFile
  }

  init(_ source: DatasetPacker.Source) throws(DatasetError) {
    let images = try IDXFile(source.images)
    try self.init(
      images: images.payload, imageCount: images.count, shape: images.sampleShape(),
      labels: IDXFile(source.labels).labels(), imageFile: source.images, labelFile: source.labels)
  }

  /// Throws unless each label is in `0..<classCount`.
  func checkLabels(below classCount: Int) throws(DatasetError) {
    if let sample = labels.firstIndex(where: { $0 < 0 || $0 >= classCount }) {
      throw .labelOutOfRange(label: Int(labels[sample]), sample: sample, classCount: classCount, file: labelFile)
    }
  }
}
