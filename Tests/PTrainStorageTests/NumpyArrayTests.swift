import PTrainCore
import PTrainStorage
import PTrainTestSupport
import Testing

struct NumpyArrayTests {
  /// A `.npy` file of version 1.0 with this header and these elements.
  static func file(_ header: String, _ elements: [UInt8] = []) -> [UInt8] {
    [0x93] + Array("NUMPY".utf8) + [1, 0, UInt8(header.utf8.count), 0] + Array(header.utf8) + elements
  }

  static func refusal(_ file: [UInt8]) -> StorageError? {
    failure { () throws(StorageError) in _ = try NumpyArray(file: file) }
  }

  @Test func whatIsWrittenIsReadAgain() throws {
    for dimensions in [[], [0], [3], [2, 3], [1, 2, 1, 2]] {
      let shape = try Shape(dimensions)
      let bytes = (0..<(shape.elementCount * 4)).map { UInt8($0) }
      let array = NumpyArray(.f32, shape, bytes)
      let file = array.file()
      #expect(try NumpyArray(file: file) == array)
      #expect((file.count - bytes.count) % 64 == 0)
    }
  }

  /// What `numpy.save` of NumPy 2.4 writes for `numpy.array([[1, 2, 3], [4, 5, 6]], "<f4")`.
  @Test func aFileIsNumpysToTheByte() throws {
    let header = "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }"
    let padded = header + String(repeating: " ", count: 117 - header.count) + "\n"
    let floats: [Float] = [1, 2, 3, 4, 5, 6]
    let array = NumpyArray(.f32, try Shape([2, 3]), floats.littleEndianBytes)
    #expect(array.file() == Self.file(padded, floats.littleEndianBytes))
  }

  @Test(arguments: [
    "{'descr': '<i2', 'fortran_order': False, 'shape': (2,), }", "{'shape':(2,),'descr':'<i2','fortran_order':False}",
    "{\"fortran_order\": False, \"shape\": (2 ,) , \"descr\": \"<i2\"} \n",
    "{'descr': '<i2', 'fortran_order': True, 'shape': (2,), }",
  ])
  func headersMayBeWrittenInManyWays(header: String) throws {
    let array = try NumpyArray(file: Self.file(header, [1, 0, 255, 255]))
    #expect(array.type == .i16)
    #expect(array.shape.dimensions == [2])
    #expect(array.type.integers(array.bytes) == [1, -1])
  }

  @Test(arguments: [2, 3] as [UInt8])
  func laterVersionsHaveLongerHeaders(version: UInt8) throws {
    let header = "{'descr': '|u1', 'fortran_order': False, 'shape': (), }"
    let file =
      [0x93] + Array("NUMPY".utf8) + [version, 0, UInt8(header.utf8.count), 0, 0, 0] + Array(header.utf8) + [9]
    #expect(try NumpyArray(file: file).bytes == [9])
  }

  @Test func columnMajorElementsAreReordered() throws {
    let header = "{'descr': '<u2', 'fortran_order': True, 'shape': (2, 3), }"
    let columns: [UInt8] = [0, 1, 10, 1, 1, 1, 11, 1, 2, 1, 12, 1]
    let array = try NumpyArray(file: Self.file(header, columns))
    #expect(array.bytes == [0, 1, 1, 1, 2, 1, 10, 1, 11, 1, 12, 1])
    let cube = "{'descr': '|u1', 'fortran_order': True, 'shape': (2, 3, 4), }"
    let place = { (i: Int, j: Int, k: Int) in UInt8(i * 100 + j * 10 + k) }
    let file = Self.file(cube, (0..<24).map { place($0 % 2, $0 / 2 % 3, $0 / 6) })
    #expect(try NumpyArray(file: file).bytes == (0..<24).map { place($0 / 12, $0 / 4 % 3, $0 % 4) })
  }

  static let malformed = [
    "", "{", "{}", "[]", "{'descr': '<f4', 'fortran_order': False, 'shape': (1,), } x",
    "{'descr': '<f4', 'fortran_order': False}",
    "{'descr': '<f4', 'descr': '<f4', 'fortran_order': False, 'shape': (1,)}",
    "{'descr': '|O', 'fortran_order': False, 'shape': (1,)}", "{'descr': '>f4', 'fortran_order': False, 'shape': (1,)}",
    "{'descr': '<U1', 'fortran_order': False, 'shape': (1,)}",
    "{'descr': '<f3', 'fortran_order': False, 'shape': (1,)}",
    "{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (1,)}",
    "{'descr': '<f4, 'fortran_order': False, 'shape': (1,)}", "{'descr': '<f4', 'fortran_order': 0, 'shape': (1,)}",
    "{'descr': '<f4', 'fortran_order': False, 'shape': (1)}", "{'descr': '<f4', 'fortran_order': False, 'shape': [1]}",
    "{'descr': '<f4', 'fortran_order': False, 'shape': (-1,)}",
    "{'descr': '<f4', 'fortran_order': False, 'shape': (,)}",
    "{'descr': '<f4', 'fortran_order': False, 'shape': (2,)}",
    "{'descr': '<f4', 'fortran_order': False, 'shape': (0,)}",
    "{'descr': '<f4' 'fortran_order': False, 'shape': (1,)}", "{'descr': '<f4', 'fortran_order': False, 'shape': (1",
    "{'descr': '<f4', 'fortran_order': False, 'shape': (99999999999999999999,)}",
    "{'descr': '<f4', 'fortran_order': False, 'shape': (4294967296, 4294967296)}",
    "{'descr': '<f4', 'fortran_order': False, 'shape': (2305843009213693953, 2)}",
  ]

  @Test(arguments: malformed.indices)
  func malformedHeadersAreRefused(index: Int) {
    guard case .malformedArray = Self.refusal(Self.file(Self.malformed[index], [0, 0, 0, 0])) else {
      Issue.record("\(Self.malformed[index])")
      return
    }
  }

  @Test func everyTruncationIsRefused() throws {
    let file = NumpyArray(.f32, try Shape([2]), [UInt8](repeating: 1, count: 8)).file()
    for part in Damage.truncations(of: file) { #expect(Self.refusal(part) != nil, "\(part.count) bytes") }
    #expect(Self.refusal(file + [0]) != nil)
  }

  /// A `.npy` file by itself has no checksum: a flip may give other elements, another type or another shape of as
  /// many bytes, but nothing that is not an array.
  @Test func flipsGiveArraysOrErrors() throws {
    let file = NumpyArray(.f32, try Shape([6, 4]), [UInt8](repeating: 1, count: 96)).file()
    for altered in Damage.flips(of: file) {
      guard let array = try? NumpyArray(file: altered) else { continue }
      #expect(array.bytes.count == 96)
    }
  }

  @Test func numbersAreConverted() {
    let halves: [Float16] = [1.5, -2]
    let doubles: [Double] = [1.5, 1e300]
    #expect(ElementType.f16.floats(halves.withUnsafeBytes { Array($0) }) == [1.5, -2])
    #expect(ElementType.bf16.floats([0xC0, 0x3F]) == [1.5])
    #expect(ElementType.f64.floats(doubles.withUnsafeBytes { Array($0) }) == [1.5, .infinity])
    #expect(ElementType.u8.floats([1]) == nil)
    #expect(ElementType.i64.integers([254] + [UInt8](repeating: 255, count: 7)) == [-2])
    #expect(ElementType.i8.integers([128, 127]) == [-128, 127])
    #expect(ElementType.u32.integers([0, 0, 0, 128]) == nil)
    #expect(ElementType.f32.integers([0, 0, 0, 0]) == nil)
  }
}

struct NumpyArchiveTests {
  static func archive() throws -> [UInt8] {
    try NumpyArchive.encoded([
      ("x", NumpyArray(.u8, Shape([2, 2]), [1, 2, 3, 4])),
      ("y", NumpyArray(.i32, Shape([2]), [1, 0, 0, 0, 0, 0, 0, 0])),
    ])
  }

  @Test func arraysComeBackByName() throws {
    let archive = try NumpyArchive(Self.archive(), limit: 1000)
    #expect(archive.names == ["x", "y"])
    #expect(try archive.array(named: "x").bytes == [1, 2, 3, 4])
    #expect(try archive.array(named: "y").type == .i32)
  }

  @Test func aMissingArrayIsNamedBesideThoseThere() throws {
    let archive = try NumpyArchive(Self.archive(), limit: 1000)
    #expect(
      failure { () throws(StorageError) in _ = try archive.array(named: "z") }
        == .missingTensor(name: "z", present: ["x", "y"]))
  }

  @Test func anArrayAboveItsLimitIsRefused() throws {
    let archive = try NumpyArchive(Self.archive(), limit: 1000)
    #expect(failure { () throws(StorageError) in _ = try archive.array(named: "x", limit: 131) } != nil)
    #expect(failure { () throws(StorageError) in _ = try archive.array(named: "x", limit: 132) } == nil)
  }

  @Test func aFileThatIsNoArrayIsRefused() throws {
    var writer = ZipWriter()
    try writer.append("config.json", [])
    let bytes = writer.encoded()
    #expect(failure { () throws(StorageError) in _ = try NumpyArchive(bytes, limit: 1000) } != nil)
  }
}
