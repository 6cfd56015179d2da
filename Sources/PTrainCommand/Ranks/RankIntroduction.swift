import FoundationEssentials
import PTrainCore
import PTrainParallel
import PTrainRanks
import PTrainTraining

/// What each rank says of itself before training begins: with other data, another program or other kernels it would
/// train another job than the rest.
struct RankIntroduction: Codable, Equatable {
  let host: String
  let job: Job
  let environment: RunEnvironment
  let cores: RankCores

  /// Compares all ranks with rank 0.
  ///
  /// - Returns: differences that may change bits between runs, but not between the ranks of this one.
  /// - Throws: ``RankFailure``, in all ranks, that names the first rank that differs in what all must share.
  static func check(_ trainer: Trainer, in group: RankGroup) throws -> [String] {
    guard !group.isAlone else { return [] }
    let own = RankIntroduction(
      host: group.hostName, job: trainer.job, environment: trainer.environment,
      cores: RankCores(threads: trainer.execution.threads))
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    let bytes = try group.gather([UInt8](encoder.encode(own)))
    let all = bytes.map { try? JSONDecoder().decode(RankIntroduction.self, from: Data($0)) }
    return try warnings(all)
  }

  static func warnings(_ ranks: [RankIntroduction?]) throws(RankFailure) -> [String] {
    guard let first = ranks.first, let first else { throw unreadable(rank: 0) }
    var warnings: [String] = []
    for (rank, introduction) in ranks.enumerated() {
      guard let introduction else { throw unreadable(rank: rank) }
      let place = "rank \(rank) on \(introduction.host)"
      if let part = first.firstDifference(introduction) { throw failure(place, first.host, part) }
      if introduction.environment.processor != first.environment.processor {
        warnings.append("\(place) has the processor \(introduction.environment.processor)")
      }
      if let warning = introduction.cores.warning { warnings.append("\(place) \(warning)") }
    }
    return warnings
  }

  private typealias Part = (name: String, expected: String, found: String)

  private func firstDifference(_ other: RankIntroduction) -> Part? {
    let parts: [Part] = [
      ("ptrain", environment.version, other.environment.version),
      ("data set", job.dataset.hexadecimal, other.job.dataset.hexadecimal),
      ("BLAS core", environment.blasCore, other.environment.blasCore),
      ("BLAS", environment.blas, other.environment.blas),
    ]
    if let part = parts.first(where: { $0.expected != $0.found }) { return part }
    return job == other.job ? nil : ("job", "the same options", "other options")
  }

  private static func failure(_ place: String, _ firstHost: String, _ part: Part) -> RankFailure {
    RankFailure(
      diagnosis: Diagnosis(
        .malformedData, found: "\(place) with \(part.name) \(part.found)",
        expected: "\(part.expected), as rank 0 on \(firstHost) has it",
        remedy: part.name == "BLAS core"
          ? "start ranks on processors of one kind, or set OPENBLAS_CORETYPE to the same kernels for all"
          : "give all hosts the same \(part.name)"))
  }

  private static func unreadable(rank: Int) -> RankFailure {
    RankFailure(
      diagnosis: Diagnosis(
        .malformedData, found: "rank \(rank), which introduces itself in another way", expected: "the same ptrain",
        remedy: "install the same version on all hosts"))
  }
}

/// The cores that a rank may use: launchers tie processes to few of them unless they are told not to.
struct RankCores: Codable, Equatable {
  let threads: Int
  let available: Int
  let machine: Int

  init(
    threads: Int, available: Int = ProcessorAffinity.availableCores(), machine: Int = ProcessorAffinity.machineCores()
  ) {
    self.threads = threads
    self.available = available
    self.machine = machine
  }

  /// What keeps threads from running; `nil` if nothing does.
  var warning: String? {
    guard available < min(threads, machine) else { return nil }
    return "is tied to \(available) of \(machine) cores, for \(threads) threads; start it with mpirun --bind-to none"
  }
}
