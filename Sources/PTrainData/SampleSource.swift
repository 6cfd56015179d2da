import PTrainCore

/// The images and labels of one split, checked against each other.
package struct SampleSource {
  let images: any SampleImages
  let labels: [Int32]
  /// For errors.
  let labelFile: String
  let shape: Shape

  var count: Int { labels.count }

  init(images: any SampleImages, labels: [Int32], labelFile: String, shape: Shape) {
    self.images = images
    self.labels = labels
    self.labelFile = labelFile
    self.shape = shape
  }

  init(_ source: DatasetPacker.Source) throws(DatasetError) {
    let images = try IDXFile(source.images)
    let labels = try IDXFile(source.labels).labels()
    guard images.count == labels.count else {
      throw .countsDiffer(images: images.count, labels: labels.count, file: source.labels)
    }
    guard !labels.isEmpty else { throw .emptySplit(file: source.images) }
    self.init(images: images, labels: labels, labelFile: source.labels, shape: try images.sampleShape())
  }

  /// Throws unless each label is in `0..<classCount`.
  func checkLabels(below classCount: Int) throws(DatasetError) {
    if let sample = labels.firstIndex(where: { $0 < 0 || $0 >= classCount }) {
      throw .labelOutOfRange(label: Int(labels[sample]), sample: sample, classCount: classCount, file: labelFile)
    }
  }
}

/// Where a packer takes images from.
protocol SampleImages {
  /// Writes the images with the numbers `samples` one after the other to `rows`, which has exactly their size.
  func gather(_ samples: [UInt32], into rows: UnsafeMutableRawBufferPointer) throws(DatasetError)
}

extension PictureSamples: SampleImages {}

extension IDXFile: SampleImages {
  func gather(_ samples: [UInt32], into rows: UnsafeMutableRawBufferPointer) {
    payload.gather(samples, into: rows)
  }
}

extension [UInt8]: SampleImages {
  func gather(_ samples: [UInt32], into rows: UnsafeMutableRawBufferPointer) {
    self[...].gather(samples, into: rows)
  }
}

extension ArraySlice<UInt8> {
  /// Writes the images with the numbers `samples` of these to `rows`.
  fileprivate func gather(_ samples: [UInt32], into rows: UnsafeMutableRawBufferPointer) {
    guard !samples.isEmpty else { return }
    let sampleBytes = rows.count / samples.count
    withUnsafeBytes { images in
      for (row, sample) in samples.enumerated() {
        let start = Int(sample) * sampleBytes
        UnsafeMutableRawBufferPointer(rebasing: rows[(row * sampleBytes)...])
          .copyMemory(from: UnsafeRawBufferPointer(rebasing: images[start..<(start + sampleBytes)]))
      }
    }
  }
}
