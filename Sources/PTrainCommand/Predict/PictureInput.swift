import PTrainCore
import PTrainData
import PTrainImages
import PTrainTraining

/// How pictures become samples of a model.
struct PictureInput: Sendable {
  let format: PictureFormat
  /// A sample's, as a picture: `[height, width]`, or with 3 channels.
  let shape: Shape
  /// Of the data set that the model was trained on, if it is still where it was, or at `data`.
  let description: DatasetDescription?
  /// Pictures are treated as MNIST's digits were.
  let isDigit: Bool

  /// What a byte means: as in the model's data set, or from 0 to 1, as every data set that `ptrain data pack` makes.
  var normalisation: DatasetDescription.Normalisation { description?.normalisation ?? .unit }

  /// What a class is called, or its number.
  var name: @Sendable (Int) -> String { { [description] in description?.className($0) ?? "\($0)" } }

  init(_ model: TrainedModel, data: String, asIs: Bool) throws {
    let inputShape = model.model.inputShape
    // 784 numbers in a row are what models of flattened MNIST images take.
    guard let format = PictureFormat(shape: inputShape == [784] ? [28, 28] : inputShape) else {
      throw PictureInputError.notAnImage(inputShape)
    }
    self.format = format
    shape = try Shape(format.dimensions)
    description = Self.description(of: model.origin, data: data)
    let isSmall = format == PictureFormat(width: DrawnDigit.side, height: DrawnDigit.side, color: .grey)
    let classCount = model.classCount
    isDigit = isSmall && classCount == 10 && description?.classNames == nil && !asIs
  }

  /// The description of the data set with the root hash that the model was trained on, or `nil`.
  private static func description(of origin: ModelOrigin?, data: String) -> DatasetDescription? {
    guard let origin else { return nil }
    for folder in [origin.datasetPath, data] {
      if let (description, root) = try? Dataset.describe(folder), root == origin.dataset { return description }
    }
    return nil
  }

  /// The sample that the picture in the file at `path` becomes.
  func sample(_ path: String) throws(DatasetError) -> PixelImage {
    try sample(PictureFormat.read(path), path)
  }

  func sample(_ picture: PixelImage, _ path: String) throws(DatasetError) -> PixelImage {
    guard isDigit else { return format.sample(picture) }
    guard let digit = DrawnDigit.normalised(picture) else {
      throw .picture(PictureInputError.blank(file: path).diagnosis)
    }
    return digit
  }
}

/// Why a picture says nothing to a model.
enum PictureInputError: DiagnosableError, Equatable {
  case notAnImage([Int])
  case blank(file: String)

  var diagnosis: Diagnosis {
    switch self {
    case .notAnImage(let shape):
      Diagnosis(
        .usage, found: "a model for samples of shape \(shape)",
        expected: "one for images: height × width, or height × width × 1 or 3 channels",
        remedy: "use --index or a data set with --input")
    case .blank(let file):
      Diagnosis(
        .malformedData, found: "\(file): a picture of one shade", expected: "a digit on a plain background",
        remedy: "draw it with more contrast, or add --as-is")
    }
  }
}
