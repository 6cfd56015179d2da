import Foundation
import Testing

@testable import PTrainReport

/// Event files as TensorBoard reads them: in the order of their names, each up to a torn record; a session's
/// start drops what came before with its step or a later one.
struct EventReading {
  private(set) var values: [String: [(step: Int, value: Float)]] = [:]
  private(set) var versions: [String] = []

  init(_ folder: String) throws {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    for name in names.sorted() where name.contains("tfevents") {
      let bytes = [UInt8](FileManager.default.contents(atPath: "\(folder)/\(name)") ?? Data())
      for record in Self.records(bytes) { add(try TensorBoardEvent(serializedBytes: record)) }
    }
  }

  /// The records up to the first that is torn or altered.
  private static func records(_ bytes: [UInt8]) -> [[UInt8]] {
    var rest = bytes[...]
    var records: [[UInt8]] = []
    while rest.count >= 16 {
      let length = rest.prefix(8).reversed().reduce(0) { $0 << 8 | Int($1) }
      guard length <= rest.count - 16 else { break }
      let record = [UInt8](rest.dropFirst(12).prefix(length))
      guard rest.starts(with: RecordFrame.framed(record)) else { break }
      records.append(record)
      rest = rest.dropFirst(length + 16)
    }
    return records
  }

  private mutating func add(_ event: TensorBoardEvent) {
    switch event.what {
    case .fileVersion(let version): versions.append(version)
    case .sessionLog(let log) where log.status == .start:
      values = values.mapValues { $0.filter { $0.step < Int(event.step) } }
    default:
      for value in event.summary.value { values[value.tag, default: []].append((Int(event.step), value.simpleValue)) }
    }
  }

  func steps(_ tag: String) -> [Int] { (values[tag] ?? []).map(\.step) }
  func numbers(_ tag: String) -> [Float] { (values[tag] ?? []).map(\.value) }
}
