import Glibc
import PTrainRanks
import PTrainTestSupport

// The exchanges that the tests make between threads, between processes: started by an MPI launcher.
do {
  let group = try RankGroup.join()
  let seedCount = UInt64(CommandLine.arguments.dropFirst().first ?? "") ?? 20
  let mistakes = RankTrials.exchanges(group, seeds: 0..<seedCount, runCount: 30) + RankTrials.collectives(group)
  for mistake in mistakes.prefix(10) { print("rank \(group.rank): \(mistake)") }
  let total = group.gather([mistakes.isEmpty ? 0 : 1]).reduce(0) { $0 + Int($1.first ?? 1) }
  if group.rank == 0 { print("\(group.count) ranks: \(total == 0 ? "all came as it was sent" : "\(total) failed")") }
  group.leave()
  exit(total == 0 ? 0 : 1)
} catch {
  print(error)
  exit(error.diagnosis.category.rawValue)
}
