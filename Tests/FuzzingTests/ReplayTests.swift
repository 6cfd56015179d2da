import Foundation
import PTrainFuzzing
import Testing

/// The readers take what their corpora begin with, and what fuzzing has found: a trap ends the whole test run.
struct ReplayTests {
  @Test(arguments: FuzzTarget.allCases) func theSeedsAreRead(target: FuzzTarget) throws {
    let seeds = try target.seeds()
    #expect(!seeds.isEmpty)
    for seed in seeds {
      #expect(seed.count <= target.largestInput, "libFuzzer would cut it")
      target.run(seed)
    }
  }

  /// Each file in `Regressions/TARGET` once was a finding.
  @Test(arguments: FuzzTarget.allCases) func whatWasFoundIsAnErrorNow(target: FuzzTarget) throws {
    let folder = try #require(Bundle.module.resourceURL).appendingPathComponent("Regressions/\(target.rawValue)")
    let files = (try? FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)) ?? []
    for file in files { target.run([UInt8](try Data(contentsOf: file))) }
  }

  /// Prefixes of seeds, and seeds with a byte turned around: what libFuzzer begins with, without it.
  @Test(arguments: FuzzTarget.allCases) func seedsThatAreCutOrAlteredAreErrorsOrResults(target: FuzzTarget) throws {
    for seed in try target.seeds() {
      // A command line takes ArgumentParser a hundred times as long as a file takes its reader.
      let stride = max(1, seed.count / (target == .arguments ? 2 : 64))
      for place in Swift.stride(from: 0, to: seed.count, by: stride) {
        target.run(Array(seed.prefix(place)))
        var altered = seed
        altered[place] ^= 0xFF
        target.run(altered)
      }
    }
  }
}
