import PTrainCore
import PTrainRanks
import PTrainTraining

/// A command that several processes (ranks) carry out together, if a launcher started it so; else one by itself.
///
/// Errors are told once. Those that all ranks know of end each of them in good order, and rank 0 speaks; one that a
/// rank has for itself is told by it, and ends the others.
enum RankedCommand {
  static func run(_ body: (RankGroup) throws -> Void) throws {
    let group = try RankGroup.join()
    do {
      try body(group)
    } catch  where !group.isAlone {
      guard let code = codeKnownToAll(error) else {
        StandardStream.error.write("ptrain: error: rank \(group.rank) on \(group.hostName): \(text(error))\n")
        group.abort(code: code(error))
      }
      group.leave()
      if group.rank == 0 { throw error }
      throw QuietEnd(exitCode: code)
    }
    group.leave()
  }

  private static func codeKnownToAll(_ error: any Error) -> Int32? {
    switch error {
    case let error as RankFailure: error.diagnosis.category.rawValue
    case let error as TrainingError:
      if case .diverged = error { error.diagnosis.category.rawValue } else { nil }
    case let error as StoppedBySignal: error.exitCode
    default: nil
    }
  }

  private static func text(_ error: any Error) -> String {
    (error as? any DiagnosableError)?.diagnosis.description ?? "internal error: \(error)"
  }

  private static func code(_ error: any Error) -> Int32 {
    (error as? any DiagnosableError)?.diagnosis.category.rawValue ?? InternalError.exitCode
  }
}

/// The end of a process about whose error another one speaks.
struct QuietEnd: Error {
  let exitCode: Int32
}

/// An error that one of the ranks had, as all of them know it.
struct RankFailure: DiagnosableError {
  let diagnosis: Diagnosis
}

extension RankGroup {
  /// What `body` gives in each rank, if it succeeds in all of them.
  ///
  /// - Throws: ``RankFailure`` in all ranks if it throws in one.
  func agree<Value>(_ body: () throws -> Value) throws -> Value {
    if isAlone { return try body() }
    let result = Result(catching: body)
    let reports = gather(RankReport(of: result, hostName: hostName).bytes).map(RankReport.init(bytes:))
    if let failure = RankReport.failure(in: reports) { throw failure }
    return try result.get()
  }
}

/// Whether a rank did its part of something, as it tells the others.
private struct RankReport {
  /// The error's exit code; 0 for none.
  let code: Int32
  let hostName: String
  /// The error's found, expected and remedy.
  let parts: [String]

  init<Value>(of result: Result<Value, any Error>, hostName: String) {
    self.hostName = hostName
    switch result {
    case .success:
      code = 0
      parts = []
    case .failure(let error):
      let diagnosis =
        (error as? any DiagnosableError)?.diagnosis
        ?? Diagnosis(.fault, found: "internal error: \(error)", expected: "none", remedy: "report it")
      code = diagnosis.category.rawValue
      parts = [diagnosis.found, diagnosis.expected, diagnosis.remedy]
    }
  }

  /// The fields, each with a zero byte behind it, which no message holds.
  var bytes: [UInt8] {
    ([String(code), hostName] + parts).flatMap { field in field.utf8.filter { $0 != 0 } + [0] }
  }

  init(bytes: [UInt8]) {
    let fields = bytes.split(separator: 0, omittingEmptySubsequences: false).map { String(decoding: $0, as: UTF8.self) }
    code = fields.first.flatMap { Int32($0) } ?? Diagnosis.Category.fault.rawValue
    hostName = fields.dropFirst().first ?? ""
    parts = Array(fields.dropFirst(2).dropLast())
  }

  /// The error of the first rank that has one, with its name unless all ranks have the same.
  static func failure(in reports: [RankReport]) -> RankFailure? {
    guard let rank = reports.firstIndex(where: { $0.code != 0 }) else { return nil }
    let report = reports[rank]
    let isCommon = reports.allSatisfy { $0.parts == report.parts }
    let parts = report.parts + Array(repeating: "", count: max(0, 3 - report.parts.count))
    return RankFailure(
      diagnosis: Diagnosis(
        Diagnosis.Category(rawValue: report.code) ?? .fault,
        found: (isCommon ? "" : "in rank \(rank) on \(report.hostName): ") + parts[0], expected: parts[1],
        remedy: parts[2]))
  }
}
