import PTrainCore
import PTrainStorage
import PTrainTestSupport
import Testing

struct SafetensorsHeaderTests {
  static func file(_ text: String, payload: Int = 0) -> [UInt8] {
    let length = withUnsafeBytes(of: UInt64(text.utf8.count).littleEndian) { Array($0) }
    return length + Array(text.utf8) + [UInt8](repeating: 0, count: payload)
  }

  static func parsed(_ file: [UInt8]) throws(StorageError) -> SafetensorsHeader {
    try file.scoped { file throws(StorageError) in try SafetensorsHeader(parsing: file, fileBytes: file.count) }
  }

  /// Written by Python's safetensors 0.8.0 with numpy: `save({"b": …, "a": …, 'é"\\\n': …}, metadata=…)`.
  static let python =
    #"{"__metadata__":{"format":"np","ü":"\"x\""},"é\"\\\n":{"dtype":"I64","shape":[0,2],"data_offsets":[0,0]},"#
    + #""b":{"dtype":"F32","shape":[2,3],"data_offsets":[0,24]},"a":{"dtype":"U8","shape":[3],"data_offsets":[24,27]}}       "#

  @Test func aFileOfPythonsIsRead() throws {
    let header = try Self.parsed(Self.file(Self.python, payload: 27))
    #expect(header.metadata == ["ü": "\"x\"", "format": "np"])
    #expect(header.tensors.map(\.name) == ["é\"\\\n", "b", "a"])
    #expect(header.tensors.map(\.type) == [.i64, .f32, .u8])
    #expect(header.tensors.map(\.shape.dimensions) == [[0, 2], [2, 3], [3]])
    #expect(header.tensors.map(\.range) == [0..<0, 0..<24, 24..<27])
  }

  @Test func whatIsWrittenIsReadAgain() throws {
    var header = SafetensorsHeader(metadata: ["b": "\u{1}\t\"\\é😀", "a": ""])
    try header.append("dense.weight", .f32, Shape([20, 784]))
    try header.append("scalar \u{7f}/", .u64, Shape([]))
    try header.append("empty", .u8, Shape([0]))
    try header.append("last", .i32, Shape([1, 1, 5]))
    let bytes = header.serialised()
    #expect(bytes.count % 8 == 0)
    let file = bytes + [UInt8](repeating: 0, count: header.payloadBytes)
    let found = try Self.parsed(file)
    #expect(found.metadata == header.metadata)
    #expect(Set(found.tensors.map(\.name)) == Set(header.tensors.map(\.name)))
    for tensor in header.tensors { #expect(found[tensor.name] == tensor) }
    #expect(found.payloadBytes == 20 * 784 * 4 + 8 + 20)
  }

  @Test func keysMayComeInAnyOrder() throws {
    let text =
      #"{"late":{"data_offsets":[1,3],"shape":[2],"dtype":"U8"},"early":{"shape":[1],"dtype":"U8","data_offsets":[0,1]}}"#
    #expect(try Self.parsed(Self.file(text, payload: 3)).tensors.map(\.name) == ["early", "late"])
  }

  @Test func metadataIsSortedByKey() throws {
    let pairs = (0..<20).map { ("key\($0)", "value") }
    let texts = [pairs, pairs.reversed()].map {
      SafetensorsHeader(metadata: Dictionary(uniqueKeysWithValues: $0)).serialised()
    }
    #expect(texts[0] == texts[1])
    let text = String(decoding: texts[0], as: UTF8.self)
    #expect(text.contains(#""key0":"value","key1":"value","key10":"#))
  }

  static let one = #""a":{"dtype":"U8","shape":[4],"data_offsets":[0,4]}"#

  /// Each text with 4 bytes of payload; the first is sound.
  @Test func theTableStartsFromASoundFile() throws {
    #expect(try Self.parsed(Self.file("{\(Self.one)}", payload: 4)).payloadBytes == 4)
    #expect(try Self.parsed(Self.file("{}")).tensors.isEmpty)
  }

  static let malformed = [
    "", " {}", "[]", "null", "{", "}", "{}x", "{\(one)", "{\(one),}", "{\(one)}}", "{\(one) \(one)}",
    "{\(one),\(one)}",  // the same name twice
    #"{"a":{"dtype":"U8","dtype":"U8","shape":[4],"data_offsets":[0,4]}}"#,
    #"{"a":{"dtype":"U8","shape":[4]}}"#,
    #"{"a":{"shape":[4],"data_offsets":[0,4]}}"#,
    #"{"a":{"dtype":"U8","data_offsets":[0,4]}}"#,
    #"{"a":{"dtype":"U9","shape":[4],"data_offsets":[0,4]}}"#,
    #"{"a":{"dtype":8,"shape":[4],"data_offsets":[0,4]}}"#,
    #"{"a":{"dtype":"U8","shape":4,"data_offsets":[0,4]}}"#,
    #"{"a":{"dtype":"U8","shape":[-4],"data_offsets":[0,4]}}"#,
    #"{"a":{"dtype":"U8","shape":[4.0],"data_offsets":[0,4]}}"#,
    #"{"a":{"dtype":"U8","shape":[04],"data_offsets":[0,4]}}"#,
    #"{"a":{"dtype":"U8","shape":[4,],"data_offsets":[0,4]}}"#,
    #"{"a":{"dtype":"U8","shape":[[4]],"data_offsets":[0,4]}}"#,
    #"{"a":{"dtype":"U8","shape":[4],"data_offsets":[0]}}"#,
    #"{"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4,8]}}"#,
    #"{"a":{"dtype":"U8","shape":[4],"data_offsets":[4,0]}}"#,
    #"{"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4],"extra":"x"}}"#,
    #"{"a":{"dtype":"U8","shape":[3],"data_offsets":[0,4]}}"#,
    #"{"a":{"dtype":"U8","shape":[5],"data_offsets":[0,4]}}"#,
    #"{"a":{"dtype":"U8","shape":[3],"data_offsets":[0,3]}}"#,  // a byte that no tensor has
    #"{"a":{"dtype":"U8","shape":[5],"data_offsets":[0,5]}}"#,  // a byte that the file lacks
    #"{"a":{"dtype":"U8","shape":[3],"data_offsets":[1,4]}}"#,  // a hole at the start
    #"{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"b":{"dtype":"U8","shape":[2],"data_offsets":[2,4]}}"#,
    #"{"a":{"dtype":"U8","shape":[3],"data_offsets":[0,3]},"b":{"dtype":"U8","shape":[2],"data_offsets":[2,4]}}"#,
    #"{"a":{"dtype":"U8","shape":[99999999999999999999],"data_offsets":[0,4]}}"#,
    #"{"a":{"dtype":"U8","shape":[4294967296,4294967296],"data_offsets":[0,4]}}"#,
    #"{"a":{"dtype":"F64","shape":[2305843009213693952],"data_offsets":[0,0]}}"#,
    #"{"a":{"dtype":"U8","shape":[0],"data_offsets":[0,9223372036854775807]}}"#,
    #"{"__metadata__":{"a":1}}"#, #"{"__metadata__":{"a":{}}}"#, #"{"__metadata__":[]}"#,
    #"{"__metadata__":{"a":"b","a":"b"}}"#, #"{"__metadata__":{},"__metadata__":{}}"#,
    #"{"a\q":{}}"#, #"{"a\u12":{}}"#, #"{"a\ud800":{}}"#, #"{"a\ud800A":{}}"#, #"{"a\udc00":{}}"#, #"{"\u+123":{}}"#,
    "{\"a\u{1}\":{}}", "{\"a", #"{"a\"#, "{\"a\"", "{\"a\":", "{\"a\":{", "{\"a\":{\"dtype\":\"U8\",\"shape\":[",
    String(repeating: "{\"a\":", count: 100_000), String(repeating: "[", count: 100_000),
  ]

  @Test(arguments: malformed.indices)
  func malformedHeadersAreRefused(index: Int) {
    let text = Self.malformed[index]
    let error = failure { () throws(StorageError) in _ = try Self.parsed(Self.file(text, payload: 4)) }
    #expect(error?.diagnosis.category == .malformedData, "\(text.prefix(200))")
  }

  @Test func lengthsOutsideTheFileAreRefused() {
    let sound = Self.file("{\(Self.one)}", payload: 4)
    for count in 0..<sound.count {
      #expect(failure { () throws(StorageError) in _ = try Self.parsed(Array(sound[..<count])) } != nil)
    }
    for length in [UInt64(sound.count - 7), 100_000_001, 1 << 63, .max] {
      let file = withUnsafeBytes(of: length.littleEndian) { Array($0) } + sound[8...]
      #expect(failure { () throws(StorageError) in _ = try Self.parsed(file) } != nil)
    }
  }

  @Test func textThatIsNotUTF8IsRefused() {
    let text: [UInt8] = Array("{\"__metadata__\":{\"a\":\"".utf8) + [0xC0, 0x80] + Array("\"}}".utf8)
    let file = [UInt8(text.count), 0, 0, 0, 0, 0, 0, 0] + text
    #expect(failure { () throws(StorageError) in _ = try Self.parsed(file) } != nil)
  }

  @Test func escapesAreUnderstood() throws {
    let text = #"{"__metadata__":{"a":"\"\\\/\b\f\n\r\té😀"}}"#
    #expect(try Self.parsed(Self.file(text)).metadata == ["a": "\"\\/\u{8}\u{c}\n\r\té😀"])
  }

  @Test func namesThatAreTakenAreRefused() throws {
    var header = SafetensorsHeader()
    try header.append("a", .u8, Shape([1]))
    for name in ["a", "__metadata__"] {
      #expect(failure { () throws(StorageError) in try header.append(name, .u8, .scalar) } != nil)
    }
  }
}

extension Shape {
  static var scalar: Shape {
    get throws(StorageError) {
      do { return try Shape([]) } catch { throw .malformedHeader(found: "", expected: "") }
    }
  }
}
