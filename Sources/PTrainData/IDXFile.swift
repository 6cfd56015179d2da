import PTrainCore
import PTrainStorage

/// An IDX file in memory, read plain or from gzip.
package struct IDXFile {
  package let path: String
  package let header: IDXHeader
  /// The file, or what it inflates to.
  private let bytes: [UInt8]
  private let payloadStart: Int

  /// Samples in the file.
  package var count: Int { header.dimensions[0] }

  /// - Throws: ``DatasetError/malformedIDX(file:found:expected:)`` or ``DatasetError/storage(_:)``.
  package init(_ path: String) throws(DatasetError) {
    let file = try DatasetError.storing { () throws(StorageError) in try DurableFile.read(path, limit: .max) }
    let isGzip = file.starts(with: [0x1F, 0x8B])
    do throws(IDXHeader.Fault) {
      (header, bytes, payloadStart) = try isGzip ? Self.inflated(file) : Self.plain(file)
    } catch {
      throw .malformedIDX(file: path, found: error.found, expected: error.expected)
    }
    self.path = path
  }

  private typealias Parts = (IDXHeader, [UInt8], Int)

  private static func plain(_ file: [UInt8]) throws(IDXHeader.Fault) -> Parts {
    let rank = try IDXHeader.rank(Array(file.prefix(4)))
    let header = try IDXHeader(Array(file.prefix(4 + 4 * rank)))
    guard file.count == header.byteCount + header.payloadBytes else {
      throw IDXHeader.Fault(
        found: "\(file.count) bytes", expected: "\(header.byteCount + header.payloadBytes), as its header says")
    }
    return (header, file, header.byteCount)
  }

  private static func inflated(_ file: [UInt8]) throws(IDXHeader.Fault) -> Parts {
    do {
      return try file.withUnsafeBytes { file in
        Result { () throws(any Error) in
          var inflater = try Inflater(file, .gzip)
          let magic = try inflater.read(4)
          let header = try IDXHeader(magic + inflater.read(4 * IDXHeader.rank(magic)))
          guard header.payloadBytes / Inflater.largestRatio <= file.count else {
            throw IDXHeader.Fault(
              found: "a header of \(header.payloadBytes) bytes", expected: "no more than gzip can hold here")
          }
          let payload = try inflater.read(header.payloadBytes)
          guard try inflater.finish() else {
            throw IDXHeader.Fault(
              found: "bytes beyond the data", expected: "\(header.payloadBytes), as its header says")
          }
          return (header, payload, 0)
        }
      }.get()
    } catch let fault as IDXHeader.Fault {
      throw fault
    } catch InflateError.damaged(let reason) {
      throw IDXHeader.Fault(found: "damaged gzip data (\(reason))", expected: "an intact file")
    } catch {
      throw IDXHeader.Fault(found: "gzip data that ends early", expected: "the whole file")
    }
  }

  /// The elements' bytes, big-endian and row-major.
  package func withPayload<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result {
    bytes.withUnsafeBytes { body(UnsafeRawBufferPointer(rebasing: $0[payloadStart...])) }
  }

  /// The shape of one sample; a file of rank 1 holds samples of one element.
  package func sampleShape() throws(DatasetError) -> Shape {
    guard header.element == .u8 else {
      throw .malformedIDX(file: path, found: "elements of type \(header.element)", expected: "images of unsigned bytes")
    }
    do {
      let shape = try Shape(header.dimensions.count == 1 ? [1] : Array(header.dimensions.dropFirst()))
      guard shape.elementCount > 0 else {
        throw DatasetError.malformedIDX(file: path, found: "samples of shape \(shape)", expected: "no dimension of 0")
      }
      return shape
    } catch let error as DatasetError {
      throw error
    } catch {
      throw .malformedIDX(file: path, found: "dimensions \(header.dimensions)", expected: "a smaller product")
    }
  }

  /// The elements as labels.
  package func labels() throws(DatasetError) -> [Int32] {
    guard header.dimensions.count == 1 else {
      throw .malformedIDX(file: path, found: "\(header.dimensions.count) dimensions", expected: "labels in one")
    }
    let width = header.element.width
    switch header.element {
    case .u8: return withPayload { $0.map { Int32($0) } }
    case .i8: return withPayload { $0.map { Int32(Int8(bitPattern: $0)) } }
    case .i16:
      return withPayload { bytes in
        (0..<count).map { Int32(Int16(bigEndian: bytes.loadUnaligned(fromByteOffset: $0 * width, as: Int16.self))) }
      }
    case .i32:
      return withPayload { bytes in
        (0..<count).map { Int32(bigEndian: bytes.loadUnaligned(fromByteOffset: $0 * width, as: Int32.self)) }
      }
    case .f32, .f64:
      throw .malformedIDX(file: path, found: "elements of type \(header.element)", expected: "labels of whole numbers")
    }
  }
}
