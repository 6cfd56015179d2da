import PTrainCore

extension DatasetPacker {
  /// The order in which pictures are packed, which come class by class: the last ones are set apart for validation.
  package static let pictureShuffleSeed: UInt64 = 1

  /// Packs the pictures in `folder` into the folder `out`, shuffled, with the classes' names.
  ///
  /// Pictures are read when their frame is packed: memory holds a frame and a packed shard, not the data set.
  ///
  /// - Throws: ``DatasetError``; a picture that can't be read is found while packing, before `dataset.json` is
  ///   written.
  @discardableResult
  package static func pack(
    _ folder: PictureFolder, as format: PictureFormat, out: String, progress: (Progress) -> Void = { _ in }
  ) throws(DatasetError) -> DatasetDescription {
    var options = Options()
    options.classCount = folder.classNames.count
    options.classNames = folder.classNames
    options.shuffleSeed = pictureShuffleSeed
    let train = try SampleSource(folder.train, as: format, name: "the training pictures")
    let test: SampleSource? =
      folder.test.isEmpty ? nil : try SampleSource(folder.test, as: format, name: "the test pictures")
    return try pack(train, test, out: out, options: options, progress: progress)
  }
}

extension SampleSource {
  init(_ files: [PictureFile], as format: PictureFormat, name: String) throws(DatasetError) {
    guard !files.isEmpty else { throw .emptySplit(file: name) }
    let pictures = PictureSamples(files.map(\.path), sampleBytes: format.byteCount) { picture, _ in
      format.sample(picture)
    }
    do throws(ShapeError) {
      self.init(
        images: pictures, labels: files.map { Int32($0.label) }, labelFile: name, shape: try Shape(format.dimensions))
    } catch {
      throw .invalidOption(name: "a size", value: "\(format.dimensions)", expected: "a smaller one")
    }
  }
}
