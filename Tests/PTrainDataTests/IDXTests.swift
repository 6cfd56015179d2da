import PTrainCore
import PTrainData
import PTrainStorage
import PTrainTestSupport
import Testing

struct IDXTests {
  let folder: TemporaryFolder
  var path: String { folder.file("file.idx") }

  init() throws { folder = try TemporaryFolder() }

  static let images: [UInt8] = [0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 3, 10, 20, 30, 40, 50, 60]

  func read(_ bytes: [UInt8]) throws -> IDXFile {
    try DurableFile.replace(path, with: bytes)
    return try IDXFile(path)
  }

  func refusal(_ bytes: [UInt8]) throws -> DatasetError? {
    try DurableFile.replace(path, with: bytes)
    return failure { () throws(DatasetError) in _ = try IDXFile(path) }
  }

  @Test func imagesOfAnyRankAreRead() throws {
    let file = try read(Self.images)
    #expect(file.count == 2)
    #expect(try file.sampleShape() == Shape([1, 3]))
    #expect(file.withPayload { Array($0) } == [10, 20, 30, 40, 50, 60])
    #expect(try read([0, 0, 8, 1, 0, 0, 0, 2, 7, 9]).sampleShape() == Shape([1]))
    let rank5 = try read([0, 0, 8, 5] + [2, 1, 2, 1, 2].flatMap { [0, 0, 0, $0] } + [UInt8](0..<8))
    #expect(try rank5.sampleShape() == Shape([1, 2, 1, 2]))
  }

  @Test func headersComeBack() throws {
    let header = try IDXHeader(element: .i16, dimensions: [0x0102_0304, 0, 5])
    #expect(header.serialised == [0, 0, 0x0B, 3, 1, 2, 3, 4, 0, 0, 0, 0, 0, 0, 0, 5])
    #expect(try IDXHeader(header.serialised) == header)
  }

  @Test func labelsOfEachWidthAreRead() throws {
    #expect(try read([0, 0, 0x08, 1, 0, 0, 0, 2, 0, 255]).labels() == [0, 255])
    #expect(try read([0, 0, 0x09, 1, 0, 0, 0, 2, 1, 255]).labels() == [1, -1])
    #expect(try read([0, 0, 0x0B, 1, 0, 0, 0, 2, 1, 2, 255, 254]).labels() == [258, -2])
    #expect(try read([0, 0, 0x0C, 1, 0, 0, 0, 2, 0, 1, 0, 2, 255, 255, 255, 253]).labels() == [65538, -3])
  }

  @Test func otherElementsAreRefusedWhereTheyDoNotBelong() throws {
    let floats = try read([0, 0, 0x0D, 1, 0, 0, 0, 1, 0, 0, 0, 0])
    #expect(failure { () throws(DatasetError) in _ = try floats.labels() } != nil)
    #expect(failure { () throws(DatasetError) in _ = try floats.sampleShape() } != nil)
    let images = try read(Self.images)
    #expect(failure { () throws(DatasetError) in _ = try images.labels() } != nil)
    let empty = try read([0, 0, 8, 2, 0, 0, 0, 1, 0, 0, 0, 0])
    #expect(failure { () throws(DatasetError) in _ = try empty.sampleShape() } != nil)
  }

  static let malformed: [[UInt8]] = [
    [], [0], Array(images.dropLast()), images + [0],
    [1] + images.dropFirst(), [0, 1] + images.dropFirst(2), [0, 0, 7] + images.dropFirst(3), [0, 0, 8, 0],
    [0, 0, 8, 255] + images.dropFirst(4),
    [0, 0, 8, 3] + [UInt8](repeating: 255, count: 12), [0, 0, 0x0E, 2] + [UInt8](repeating: 255, count: 8),
  ]

  @Test(arguments: malformed.indices)
  func malformedFilesAreRefused(index: Int) throws {
    #expect(try refusal(Self.malformed[index])?.diagnosis.category == .malformedData)
  }

  @Test func everyTruncationIsRefused() throws {
    for count in 0..<Self.images.count {
      #expect(try refusal(Array(Self.images[..<count]))?.diagnosis.category == .malformedData, "\(count) bytes")
    }
  }

  @Test func gzipGivesTheSame() throws {
    let payload = (0..<600_000).map { UInt8(truncatingIfNeeded: $0 / 100) }
    let bytes = try IDXHeader(element: .u8, dimensions: [600, 1000]).serialised + payload
    writeGzip(bytes, to: path)
    #expect(try IDXFile(path).withPayload { Array($0) } == payload)
    writeGzip(Array(bytes[..<500]), to: path)
    writeGzip(Array(bytes[500...]), to: path, mode: "ab")
    #expect(try IDXFile(path).withPayload { Array($0) } == payload)
  }

  @Test func everyTruncationOfGzipIsRefused() throws {
    writeGzip(Self.images, to: path)
    let bytes = try DurableFile.read(path, limit: 1000)
    for count in 0..<bytes.count {
      #expect(try refusal(Array(bytes[..<count]))?.diagnosis.category == .malformedData, "\(count) bytes")
    }
    #expect(try refusal(bytes + [0])?.diagnosis.category == .malformedData)
    #expect(try refusal(bytes + bytes)?.diagnosis.category == .malformedData)
  }

  @Test func noFlipInGzipGivesOtherData() throws {
    writeGzip(Self.images, to: path)
    let bytes = try DurableFile.read(path, limit: 1000)
    for index in bytes.indices {
      for bit in 0..<8 {
        var altered = bytes
        altered[index] ^= 1 << UInt8(bit)
        try DurableFile.replace(path, with: altered)
        guard let file = try? IDXFile(path) else { continue }
        #expect(file.withPayload { Array($0) } == Array(Self.images[16...]), "bit \(bit) of byte \(index)")
      }
    }
  }

  @Test func aGzipHeaderThatPromisesTooMuchIsNotBelieved() throws {
    writeGzip([0, 0, 8, 2, 0, 0xFF, 0xFF, 0xFF, 0, 0xFF, 0xFF, 0xFF, 1], to: path)
    let error = failure { () throws(DatasetError) in _ = try IDXFile(path) }
    #expect(
      error
        == .malformedIDX(
          file: path, found: "a header of 281474943156225 bytes", expected: "no more than gzip can hold here"))
  }

  @Test func aMissingFileIsNamed() {
    let error = failure { () throws(DatasetError) in _ = try IDXFile(path) }
    #expect(error == .storage(.missing(file: path, reason: "No such file or directory")))
  }

  @Test func aTableBecomesTwoFiles() throws {
    try DurableFile.replace(path, with: Array("label,1x1,1x2,2x1,2x2\r\n7,0,10,255,4\r\n0,5,6,7,8".utf8))
    try CSVConversion.convert(
      path, sampleShape: Shape([2, 2]), imagesTo: folder.file("images"), labelsTo: folder.file("labels"))
    let images = try IDXFile(folder.file("images"))
    #expect(images.header.dimensions == [2, 2, 2])
    #expect(images.withPayload { Array($0) } == [0, 10, 255, 4, 5, 6, 7, 8])
    #expect(try IDXFile(folder.file("labels")).labels() == [7, 0])
  }

  @Test(arguments: ["", "label,a,b", "label,a,b\n"])
  func aTableWithoutRowsIsRefused(text: String) throws {
    try DurableFile.replace(path, with: Array(text.utf8))
    #expect(try conversionFailure() == .emptySplit(file: path))
  }

  @Test(arguments: ["1,2", "1,2,3,4", "1,256,3", "1,,3", "1,-2,3", "1,2.5,3", "a,2,3", "", "256,0,0"])
  func aMalformedRowIsNamedByItsLine(row: String) throws {
    try DurableFile.replace(path, with: Array("label,a,b\n1,2,3\n\(row)\n1,2,3\n".utf8))
    guard case .malformedCSV(path, line: 3, _, _) = try conversionFailure() else {
      Issue.record("\(String(describing: try conversionFailure()))")
      return
    }
  }

  private func conversionFailure() throws -> DatasetError? {
    let shape = try Shape([2])
    return failure { () throws(DatasetError) in
      try CSVConversion.convert(
        path, sampleShape: shape, imagesTo: folder.file("images"), labelsTo: folder.file("labels"))
    }
  }
}
