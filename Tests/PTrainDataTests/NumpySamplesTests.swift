import PTrainCore
import PTrainData
import PTrainStorage
import PTrainTestSupport
import Testing

struct NumpySamplesTests {
  let small: SmallDataset

  init() throws { small = try SmallDataset() }

  static func array(_ type: ElementType, _ shape: [Int], _ bytes: [UInt8]) throws -> NumpyArray {
    NumpyArray(type, try Shape(shape), bytes)
  }

  /// Writes a `.npz` file and returns its path.
  private func write(_ arrays: [(name: String, array: NumpyArray)], _ name: String = "set.npz") throws -> String {
    try DurableFile.replace(small.folder.file(name), with: NumpyArchive.encoded(arrays))
    return small.folder.file(name)
  }

  private func failureToPack(_ x: NumpyArray?, _ y: NumpyArray) throws -> DatasetError? {
    let path = try write((x.map { [("x", $0)] } ?? []) + [("y", y)])
    return failure { () throws(DatasetError) in try DatasetPacker.pack(npz: path, testNPZ: nil, out: small.out) }
  }

  private var images: NumpyArray { get throws { try Self.array(.u8, [23, 3, 2], small.trainImages) } }
  private var labels: NumpyArray { get throws { try Self.array(.u8, [23], small.trainLabels) } }

  /// What the IDX files give, but for the folder's name.
  private var expected: DatasetDescription { get throws { try small.pack() } }

  @Test func namedSplitsGiveWhatIDXFilesGive() throws {
    let path = try write([
      ("x_train", images), ("y_train", labels), ("x_test", Self.array(.u8, [7, 3, 2], small.testImages)),
      ("y_test", Self.array(.u8, [7], small.testLabels)),
    ])
    let out = small.folder.file("other/packed")
    let found = try DatasetPacker.pack(npz: path, testNPZ: nil, out: out, options: SmallDataset.options)
    #expect(try found == expected)
  }

  @Test func twoFilesGiveWhatIDXFilesGive() throws {
    let train = try write([("x", images), ("y", labels)])
    let test = try write(
      [("x", Self.array(.u8, [7, 3, 2], small.testImages)), ("y", Self.array(.u8, [7], small.testLabels))], "test.npz")
    let out = small.folder.file("other/packed")
    #expect(
      try DatasetPacker.pack(npz: train, testNPZ: test, out: out, options: SmallDataset.options) == expected)
    let alone = small.folder.file("third/packed")
    #expect(try DatasetPacker.pack(npz: train, testNPZ: nil, out: alone, options: SmallDataset.options).test == nil)
  }

  @Test func wholeNumbersOfOtherWidthsAreTaken() throws {
    let wide = small.trainImages.flatMap { [$0] + [UInt8](repeating: 0, count: 7) }
    let column = small.trainLabels.flatMap { [$0] + [UInt8](repeating: 0, count: 3) }
    let path = try write([("x", Self.array(.i64, [23, 3, 2], wide)), ("y", Self.array(.i32, [23, 1], column))])
    let out = small.folder.file("other/packed")
    let found = try DatasetPacker.pack(npz: path, testNPZ: nil, out: out, options: SmallDataset.options)
    #expect(try found.train == expected.train)
  }

  @Test func samplesThatAreNoBytesAreRefused() throws {
    let floats = [Float](repeating: 0.5, count: 138).littleEndianBytes
    #expect(
      try failureToPack(Self.array(.f32, [23, 3, 2], floats), labels)
        == .unsuitableArray(
          file: "\(small.folder.file("set.npz")), array x", found: "elements of type F32",
          expected: "bytes of 0 to 255; for numbers of 0 to 1: (x * 255).round().astype('uint8')"))
    let large = [UInt8](repeating: 1, count: 276)
    for array in try [
      Self.array(.u16, [23, 3, 2], large), Self.array(.i8, [23, 3, 2], [UInt8](repeating: 255, count: 138)),
      Self.array(.bool, [23, 3, 2], small.trainImages), Self.array(.u8, [], [1]), Self.array(.u8, [23, 0], []),
    ] {
      guard case .unsuitableArray = try failureToPack(array, labels) else {
        Issue.record("\(array.type) \(array.shape)")
        continue
      }
    }
  }

  @Test func labelsThatAreNoClassesAreRefused() throws {
    for array in try [
      Self.array(.f32, [23], [UInt8](repeating: 0, count: 92)),
      Self.array(.u8, [23, 2], small.trainLabels + small.trainLabels),
      Self.array(.bool, [23], small.trainLabels), Self.array(.u8, [], [1]),
      Self.array(.u32, [23], [UInt8](repeating: 255, count: 92)),
    ] {
      guard case .unsuitableArray = try failureToPack(images, array) else {
        Issue.record("\(array.type) \(array.shape)")
        continue
      }
    }
    #expect(
      try failureToPack(images, Self.array(.i8, [23], [255] + small.trainLabels.dropFirst()))
        == .labelOutOfRange(label: -1, sample: 0, classCount: 5, file: "\(small.folder.file("set.npz")), array y"))
    #expect(
      try failureToPack(images, Self.array(.u8, [22], Array(small.trainLabels.dropLast())))
        == .countsDiffer(images: 23, labels: 22, file: "\(small.folder.file("set.npz")), array y"))
    #expect(
      try failureToPack(Self.array(.u8, [0, 3, 2], []), Self.array(.u8, [0], []))
        == .emptySplit(file: "\(small.folder.file("set.npz")), array x"))
  }

  @Test func aMissingArrayIsNamed() throws {
    #expect(try failureToPack(nil, labels)?.diagnosis.expected == "a tensor named x")
  }

  /// Zip has checksums, so what is packed after a flip is what was meant.
  @Test func damagedFilesGiveErrorsOrTheSameSamples() throws {
    let path = try write([("x", images), ("y", labels)])
    let bytes = try DurableFile.read(path, limit: 10_000)
    let random = CounterRandom(seed: 3, stream: .packing)
    var accepted = 0
    for index in 0..<2000 {
      let bit = random.integer(index, below: bytes.count * 8)
      var altered = bytes
      altered[bit / 8] ^= 1 << UInt8(bit % 8)
      // Read as the packer reads them; packing each would take minutes.
      guard let archive = try? NumpyArchive(altered, limit: 10_000), let found = try? archive.array(named: "x") else {
        continue
      }
      #expect(try found == images)
      accepted += 1
    }
    #expect(accepted < 1000)
    for index in 0..<200 {
      try DurableFile.replace(path, with: Array(bytes[..<(index * bytes.count / 200)]))
      let error = failure { () throws(DatasetError) in
        try DatasetPacker.pack(npz: path, testNPZ: nil, out: small.out)
      }
      #expect(error?.diagnosis.category == .malformedData, "\(index)")
    }
  }
}
