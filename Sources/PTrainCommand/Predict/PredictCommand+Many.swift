import PTrainCore
import PTrainData
import PTrainReport
import PTrainStorage
import PTrainTraining

extension PredictCommand {
  /// Samples that are in memory at once.
  private static let chunkSize = 8192

  /// Predicts all of `input`, a data set or a folder of pictures, into a CSV file.
  func predictAll(_ input: String, with model: TrainedModel, to output: String) throws {
    let progress = TaskProgress("predicting")
    let table =
      try DurableFile.exists("\(input)/\(DatasetDescription.fileName)")
      ? datasetTable(input, model, progress) : pictureTable(input, model, progress)
    try DurableFile.replace(output, with: table.bytes)
    StandardStream.output.write(json ? RunEvents.predictions(table, file: output) + "\n" : table.summary(file: output))
  }

  private func datasetTable(_ path: String, _ model: TrainedModel, _ progress: TaskProgress) throws -> PredictionTable {
    let dataset = try Dataset.open(path)
    let split = try ChosenSample.split(sample.partition, of: dataset)
    var table = PredictionTable(
      key: "index", classNames: (0..<dataset.description.classCount).map(dataset.description.className))
    var frame = 0
    while frame < split.frames.count {
      let start = split.frames[frame].samples.lowerBound
      let end = split.frames[frame...].firstIndex { $0.samples.upperBound - start > Self.chunkSize }
      let frames = frame..<max(frame + 1, end ?? split.frames.count)
      let predictions = try model.predictions(for: split, frames: frames, of: dataset, threads: threads)
      for row in 0..<predictions.count {
        let label = Int(split.labels[start + row])
        table.add(
          key: "\(start + row)", label: dataset.description.className(label), predictions[row],
          isRight: label == predictions.predictedClass(of: row))
      }
      frame = frames.upperBound
      progress.update(frame, of: split.frames.count)
    }
    return table
  }

  private func pictureTable(_ path: String, _ model: TrainedModel, _ progress: TaskProgress) throws -> PredictionTable {
    let pictures = try LabelledPictures(path)
    let input = try PictureInput(model, data: sample.data, asIs: asIs)
    let names = (0..<model.classCount).map(input.name)
    var table = PredictionTable(key: "file", classNames: names)
    let samples = PictureSamples(pictures.files.map { "\(path)/\($0.file)" }, sampleBytes: input.format.byteCount) {
      picture, file throws(DatasetError) in try input.sample(picture, file)
    }
    // Pictures can be large samples: a chunk holds 64 MiB of them at most.
    let chunk = max(1, min(Self.chunkSize, (64 << 20) / input.format.byteCount))
    for start in stride(from: 0, to: pictures.files.count, by: chunk) {
      let range = start..<min(start + chunk, pictures.files.count)
      var bytes = [UInt8](repeating: 0, count: range.count * input.format.byteCount)
      try bytes.withUnsafeMutableBytes { try samples.gather(range.map(UInt32.init), into: $0) }
      let predictions = try model.predictions(for: bytes, normalisation: input.normalisation, threads: threads)
      for (row, picture) in pictures.files[range].enumerated() {
        table.add(
          key: picture.file, label: picture.label, predictions[row],
          isRight: picture.label.map { $0 == names[predictions.predictedClass(of: row)] })
      }
      progress.update(range.upperBound, of: pictures.files.count)
    }
    return table
  }
}

/// The PNG files in a folder, and those in its sub-folders, whose names are their classes.
struct LabelledPictures: Equatable {
  /// Paths from the folder on.
  let files: [LabelledPicture]

  init(_ path: String) throws {
    let top = try FolderListing(path)
    var files = Self.pictures(top).map { LabelledPicture(file: $0, label: nil) }
    for folder in top.folders {
      files += Self.pictures(try FolderListing("\(path)/\(folder)")).map {
        LabelledPicture(file: "\(folder)/\($0)", label: folder)
      }
    }
    guard !files.isEmpty else {
      throw DatasetError.malformedFolder(folder: path, found: "no PNG pictures", expected: "a data set, or pictures")
    }
    self.files = files
  }

  private static func pictures(_ listing: FolderListing) -> [String] {
    listing.files.filter { $0.lowercased().hasSuffix(".png") }
  }
}

struct LabelledPicture: Equatable {
  let file: String
  let label: String?
}
