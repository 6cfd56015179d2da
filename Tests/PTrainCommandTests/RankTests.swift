import PTrainCore
import PTrainData
import PTrainNetwork
import PTrainRanks
import Synchronization
import Testing

@testable import PTrainCommand
@testable import PTrainTraining

/// What `body` throws or gives in each of `count` ranks, threads of this process.
private func inRanks(
  _ count: Int, _ body: @escaping @Sendable (RankGroup) throws -> String
) throws -> [String] {
  let outcomes = Mutex<[Int: String]>([:])
  let threads = try RankGroup.local(count: count).map { group in
    PlainThread(name: "rank \(group.rank)") {
      let outcome = Result { try body(group) }
      outcomes.withLock { $0[group.rank] = (try? outcome.get()) ?? "threw: \(outcome)" }
      group.leave()
    }
  }
  for thread in threads { thread?.join() }
  return (0..<count).map { rank in outcomes.withLock { $0[rank] } ?? "nothing" }
}

struct RankTests {
  @Test func whatOneRankLacksEndsAllAndNamesIt() throws {
    let outcomes = try inRanks(3) { group in
      do {
        return try group.agree { () throws -> String in
          if group.rank == 1 { throw TestFault(found: "no data set\nat all") }
          return "ready"
        }
      } catch let failure as RankFailure {
        return failure.description
      }
    }
    for outcome in outcomes {
      #expect(outcome.hasPrefix("found in rank 1 on "), "\(outcome)")
      #expect(outcome.hasSuffix(": no data set at all; expected one; make one"), "\(outcome)")
    }
  }

  @Test func whatAllLackIsToldAsByOneProcess() throws {
    let outcomes = try inRanks(2) { group in
      do {
        return try group.agree { () throws -> String in throw TestFault(found: "nothing") }
      } catch let failure as RankFailure {
        #expect(failure.diagnosis.category == .missingInput)
        return failure.description
      }
    }
    #expect(outcomes == Array(repeating: "found nothing; expected one; make one", count: 2))
  }

  private func introduction(
    host: String, version: String = "1", processor: String = "P", core: String = "C", seed: UInt64 = 1,
    available: Int = 8
  ) throws -> RankIntroduction {
    let data = try TrainingData()
    let model = Sequential(inputShape: [2]) { Dense(2) }
    return RankIntroduction(
      host: host, job: Job(dataset: try Dataset.open(data.set), model: model, seed: seed),
      environment: RunEnvironment(version: version, processor: processor, blasCore: core, blas: "B"),
      cores: RankCores(threads: 4, available: available, machine: 8))
  }

  @Test func ranksThatDifferAreNamed() throws {
    let first = try introduction(host: "a")
    let cases: [(RankIntroduction?, String)] = [
      (try introduction(host: "b", version: "2"), "rank 1 on b with ptrain 2; expected 1, as rank 0 on a has it"),
      (try introduction(host: "b", core: "D"), "rank 1 on b with BLAS core D; expected C"),
      (try introduction(host: "b", seed: 2), "rank 1 on b with job other options"),
      (nil, "rank 1, which introduces itself in another way"),
    ]
    for (other, text) in cases {
      let error = #expect(throws: RankFailure.self) { _ = try RankIntroduction.warnings([first, other]) }
      #expect(error?.description.contains(text) == true, "\(error?.description ?? "none")")
    }
  }

  /// mpirun's own choice for two processes: one core each.
  @Test func fewerCoresThanThreadsAreAWarning() throws {
    let ranks = [try introduction(host: "a", available: 4), try introduction(host: "b", available: 1)]
    #expect(
      try RankIntroduction.warnings(ranks) == [
        "rank 1 on b is tied to 1 of 8 cores, for 4 threads; start it with mpirun --bind-to none"
      ])
    #expect(RankCores(threads: 64, available: 8, machine: 8).warning == nil)
  }

  @Test func anotherProcessorWithTheSameKernelsIsAWarning() throws {
    let ranks = [try introduction(host: "a"), try introduction(host: "b", processor: "Q")]
    #expect(try RankIntroduction.warnings(ranks) == ["rank 1 on b has the processor Q"])
    #expect(try RankIntroduction.warnings([ranks[0], ranks[0]]) == [])
  }
}

private struct TestFault: DiagnosableError {
  let found: String

  var diagnosis: Diagnosis { Diagnosis(.missingInput, found: found, expected: "one", remedy: "make one") }
}
