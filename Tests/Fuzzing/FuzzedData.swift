import FoundationEssentials
import PTrainCore
import PTrainData
import PTrainImages
import PTrainReport

/// Readers of samples and data sets.
enum FuzzedData {
  static func idx(_ bytes: [UInt8]) { readIDX(bytes) }

  /// 0: the file. 1: what it inflates to.
  static func gzip(_ bytes: [UInt8]) {
    let (choice, rest) = Wrapping.choice(bytes, of: 2)
    // Anything else would be read as a file that isn't compressed.
    readIDX(choice == 0 ? [0x1F, 0x8B] + rest : Wrapping.gzip(rest))
  }

  private static func readIDX(_ bytes: [UInt8]) {
    attempt { () throws(DatasetError) in
      let file = try IDXFile(Scratch.file("idx", bytes))
      precondition(file.payload.count == file.header.payloadBytes && file.payload.count <= 1100 * bytes.count)
      attempt { () throws(DatasetError) in touch(try file.sampleShape().elementCount) }
      attempt { () throws(DatasetError) in
        let labels = try file.labels()
        precondition(labels.count == file.count)
      }
    }
  }

  static func csv(_ bytes: [UInt8]) {
    let path = Scratch.file("csv", bytes)
    attempt { () throws(DatasetError) in
      guard let shape = try? Shape([3]) else { return }
      let (images, labels) = (Scratch.path("images"), Scratch.path("labels"))
      try CSVConversion.convert(path, sampleShape: shape, imagesTo: images, labelsTo: labels)
      let (pixels, classes) = (try IDXFile(images), try IDXFile(labels))
      precondition(pixels.count == classes.count && pixels.payload.count == 3 * classes.count)
    }
  }

  static func description(_ bytes: [UInt8]) {
    _ = Scratch.file("dataset.json", bytes)
    attempt { () throws(DatasetError) in
      let (description, root) = try Dataset.describe(Scratch.threadFolder)
      touch(DatasetReport.text(description, root: root))
    }
  }

  /// The first bytes are the description's: which digest it has, samples, and rows in a frame. 0: the file. 1: its
  /// first frame's content, one zstd frame behind it. 2: a file that the digest doesn't match.
  static func shard(_ bytes: [UInt8]) {
    guard bytes.count > 3 else { return }
    let (count, rows) = (Int(bytes[1]) + 1, Int(bytes[2]) + 1)
    var file = Array(bytes.dropFirst(3))
    if bytes[0] % 3 == 1 {
      let (labels, images) = Wrapping.halves(file)
      file = Wrapping.frame(labels) + Wrapping.frame(images)
    }
    let digest = bytes[0] % 3 == 2 ? Digest(of: [0]) : file.withUnsafeBytes(Digest.init(of:))
    let text = """
      {"format":"","version":1,"name":"","sampleShape":[2],"elementType":"U8","classCount":5,
      "normalisation":{"scale":1,"offset":0},"rowsPerFrame":\(rows),"train":{"count":\(count),"shards":[
      {"file":"shard","count":\(count),"bytes":\(file.count),"sha256":"\(digest)"}]}}
      """
    _ = Scratch.file("shard", file)
    guard let description = try? JSONDecoder().decode(DatasetDescription.self, from: Data(text.utf8)) else {
      preconditionFailure("the harness does not know the keys of dataset.json")
    }
    attempt { () throws(DatasetError) in try decodeAll(description) }
  }

  private static func decodeAll(_ description: DatasetDescription) throws(DatasetError) {
    let folder = Scratch.threadFolder
    let reader = try ShardReader(folder: folder, shard: description.train.shards[0], of: description)
    precondition(reader.labels.count == reader.count && reader.labels.allSatisfy { (0..<5).contains($0) })
    var decoder = try FrameDecoder()
    for frame in 0..<reader.frameCount {
      let images = UnsafeMutableRawBufferPointer.allocate(byteCount: 2 * reader.rows(of: frame).count, alignment: 16)
      defer { images.deallocate() }
      try reader.decode(frame, with: &decoder, into: images)
    }
  }

  /// 0: the file. 1: the same with the right checksums in its chunks.
  static func png(_ bytes: [UInt8]) {
    let (choice, rest) = Wrapping.choice(bytes, of: 2)
    attempt { () throws(PNGError) in
      let picture = try PNG.decode(choice == 0 ? rest : Wrapping.png(rest), file: "picture.png")
      precondition(picture.pixels.count == picture.width * picture.height * picture.channels)
    }
  }
}
