import PTrainCore
import PTrainInterchange
import PTrainNetwork
import PTrainStorage
import PTrainTestSupport
import Testing

/// The two formats of weights, which promise the same.
enum WeightsFormat: CaseIterable {
  case safetensors, numpy

  func encoded(_ model: ExchangedModel) throws(WeightsError) -> [UInt8] {
    switch self {
    case .safetensors: try SafetensorsWeights.encoded(model)
    case .numpy: try NumpyWeights.encoded(model)
    }
  }

  func read(_ bytes: [UInt8]) throws(WeightsError) -> ExchangedModel {
    switch self {
    case .safetensors: try SafetensorsWeights.read(bytes)
    case .numpy: try NumpyWeights.read(bytes)
    }
  }

  /// A file with tensors of `.f32` and, if there is one, a description.
  func file(_ tensors: [(name: String, shape: [Int], numbers: [Float])], description: String?) throws -> [UInt8] {
    switch self {
    case .safetensors:
      var header = SafetensorsHeader(metadata: description.map { ["ptrain": $0] } ?? [:])
      for tensor in tensors { try header.append(tensor.name, .f32, Shape(tensor.shape)) }
      return header.serialised() + tensors.flatMap(\.numbers.littleEndianBytes)
    case .numpy:
      var arrays = try tensors.map { ($0.name, NumpyArray(.f32, try Shape($0.shape), $0.numbers.littleEndianBytes)) }
      if let description {
        arrays.append(("ptrain", NumpyArray(.u8, try Shape([description.utf8.count]), Array(description.utf8))))
      }
      return try NumpyArchive.encoded(arrays)
    }
  }
}

@Suite(.serialized)
struct WeightsTests {
  static let description =
    #"{"format":"ptrain-weights","version":1,"loss":"mean_squared_error","model":{"input_shape":[2],"layers":["#
    + #"{"type":"dense","units":1,"activation":"linear","use_bias":true,"weight_initializer":"zeros","#
    + #""bias_initializer":"zeros"}]}}"#
  static let tensors: [(name: String, shape: [Int], numbers: [Float])] = [
    ("dense.bias", [1], [3]), ("dense.weight", [1, 2], [1, 2]),
  ]

  @Test(arguments: WeightsFormat.allCases)
  func modelsComeBackToTheBit(format: WeightsFormat) throws {
    for model in [SampleModels.everyLayer, SampleModels.small] {
      #expect(try format.read(format.encoded(model)) == model)
    }
  }

  @Test(arguments: WeightsFormat.allCases)
  func aLossThatIsNotOursStaysNamed(format: WeightsFormat) throws {
    var model = SampleModels.small
    model.unsupportedLoss = "huber"
    #expect(try format.read(format.encoded(model)) == model)
  }

  @Test func formatsAreToldApartByTheirBeginning() throws {
    let (safetensors, numpy) = (
      try SafetensorsWeights.encoded(SampleModels.small), try NumpyWeights.encoded(SampleModels.small)
    )
    #expect(SafetensorsWeights.isFormat(safetensors))
    #expect(!SafetensorsWeights.isFormat(numpy))
    #expect(NumpyWeights.isFormat(numpy))
    #expect(!NumpyWeights.isFormat(safetensors))
  }

  @Test(arguments: WeightsFormat.allCases)
  func sameModelGivesSameBytes(format: WeightsFormat) throws {
    #expect(try format.encoded(SampleModels.everyLayer) == format.encoded(SampleModels.everyLayer))
  }

  @Test(arguments: WeightsFormat.allCases)
  func tensorsAreFoundByNameInAnyOrder(format: WeightsFormat) throws {
    let model = try format.read(format.file(Self.tensors, description: Self.description))
    #expect(model.parameters == [1, 2, 3])
    #expect(model.loss == .meanSquaredError)
    #expect(model.optimizer == nil)
  }

  @Test(arguments: WeightsFormat.allCases)
  func weightsOfNoModelAreRefused(format: WeightsFormat) throws {
    let file = try format.file(Self.tensors, description: nil)
    #expect(
      failure { () throws(WeightsError) in _ = try format.read(file) }
        == .undescribed(tensors: ["dense.bias", "dense.weight"]))
  }

  @Test(arguments: WeightsFormat.allCases)
  func tensorsThatTheModelLacksOrMissesAreNamed(format: WeightsFormat) throws {
    let surplus = try format.file(Self.tensors + [("other", [1], [0])], description: Self.description)
    #expect(
      failure { () throws(WeightsError) in _ = try format.read(surplus) }
        == .foreignTensor(name: "other", expected: ["dense.weight", "dense.bias"]))
    let missing = try format.file([Self.tensors[1]], description: Self.description)
    #expect(
      failure { () throws(WeightsError) in _ = try format.read(missing) }?.diagnosis.expected
        == "a tensor named dense.bias")
    let transposed = try format.file(
      [Self.tensors[0], ("dense.weight", [2, 1], [1, 2])], description: Self.description)
    #expect(
      failure { () throws(WeightsError) in _ = try format.read(transposed) }
        == .wrongTensor(name: "dense.weight", found: "F32 2×1", expected: "F32 1×2"))
  }

  static let malformed = [
    "", "{}", "null", "[", String(repeating: "[", count: 100_000),
    description.replacing("ptrain-weights", with: "other"),
    description.replacing("\"version\":1", with: "\"version\":2"), description.replacing("dense", with: "lstm"),
    description.replacing("\"units\":1", with: "\"units\":0"),
    description.replacing("\"units\":1", with: "\"units\":1e99"),
    description.replacing("[2]", with: "[-2]"), description.replacing("[2]", with: "[9223372036854775807,2]"),
    description.replacing("\"units\":1", with: "\"units\":2147483647"),
    description.replacing("[2]", with: "[4611686018427387904]"), description.replacing("mean_squared_error", with: "x"),
  ]

  @Test(arguments: WeightsFormat.allCases)
  func malformedDescriptionsAreRefused(format: WeightsFormat) throws {
    for description in Self.malformed {
      let file = try format.file(Self.tensors, description: description)
      #expect(
        failure { () throws(WeightsError) in _ = try format.read(file) } != nil, "\(description.prefix(80))")
    }
  }

  @Test(arguments: WeightsFormat.allCases)
  func everyTruncationIsRefused(format: WeightsFormat) throws {
    let file = try format.encoded(SampleModels.everyLayer)
    for index in 0..<200 {
      let part = Array(file[..<(index * file.count / 200)])
      #expect(
        failure { () throws(WeightsError) in _ = try format.read(part) }?.diagnosis.category == .malformedData,
        "\(part.count) bytes")
    }
  }

  /// Zip has checksums: a flip is refused or does no harm. Safetensors has none: a flip in a number gives another
  /// number, one in the description perhaps another model, but never more or fewer parameters than the model has.
  @Test(arguments: WeightsFormat.allCases)
  func flipsGiveModelsOrErrors(format: WeightsFormat) throws {
    let file = try format.encoded(SampleModels.everyLayer)
    let random = CounterRandom(seed: 2, stream: .packing)
    for index in 0..<2000 {
      let bit = random.integer(index, below: file.count * 8)
      var altered = file
      altered[bit / 8] ^= 1 << UInt8(bit % 8)
      guard let model = try? format.read(altered) else { continue }
      if format == .numpy { #expect(model == SampleModels.everyLayer) }
      #expect(try model.parameters.count == ModelPlan(model.model).layout.count)
    }
  }

  @Test func numbersOfOtherWidthsAreRead() throws {
    let doubles: [Double] = [1, 2]
    let arrays = [
      ("dense.weight", NumpyArray(.f64, try Shape([1, 2]), doubles.withUnsafeBytes { Array($0) })),
      ("dense.bias", NumpyArray(.f32, try Shape([1]), [Float(3)].littleEndianBytes)),
      ("ptrain", NumpyArray(.u8, try Shape([Self.description.utf8.count]), Array(Self.description.utf8))),
    ]
    #expect(try NumpyWeights.read(NumpyArchive.encoded(arrays)).parameters == [1, 2, 3])
  }

  @Test(arguments: WeightsFormat.allCases)
  func aModelWithTooFewParametersIsNotWritten(format: WeightsFormat) {
    var model = SampleModels.small
    model.parameters.removeLast()
    #expect(failure { () throws(WeightsError) in _ = try format.encoded(model) } != nil)
  }
}
