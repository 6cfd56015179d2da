import PTrainCore
import Testing

@testable import PTrainRanks

struct LaunchTests {
  private func environment(_ values: [String: String]) -> LauncherEnvironment { LauncherEnvironment { values[$0] } }

  @Test func launchersAreKnownByWhatTheySet() {
    let none = environment(["SLURM_NTASKS": "8", "SLURM_JOB_ID": "1"])
    #expect(!none.isLaunched && none.leastSize == 1)
    let openMPI = environment(["OMPI_COMM_WORLD_SIZE": "4", "OMPI_COMM_WORLD_RANK": "3"])
    #expect(openMPI.isLaunched && openMPI.leastSize == 4)
    let pmix = environment(["PMIX_RANK": "0", "SLURM_STEP_NUM_TASKS": "6", "SLURM_NTASKS": "12"])
    #expect(pmix.isLaunched && pmix.leastSize == 6)
    let pmi = environment(["PMI_RANK": "1", "PMI_SIZE": "2"])
    #expect(pmi.isLaunched && pmi.leastSize == 2)
    let silent = environment(["PMIX_RANK": "0"])
    #expect(silent.isLaunched && silent.leastSize == 1)
    let odd = environment(["OMPI_COMM_WORLD_SIZE": "many"])
    #expect(!odd.isLaunched && odd.leastSize == 1)
  }

  @Test func withoutLauncherAProcessIsAlone() throws {
    #expect(try RankGroup.join(environment([:])).isAlone)
  }

  #if !MPI
    @Test func aBuildWithoutMPIIsAloneOrNotAtAll() throws {
      #expect(try RankGroup.join(environment(["OMPI_COMM_WORLD_SIZE": "1"])).isAlone)
      let error = #expect(throws: RanksError.builtWithoutMPI(launched: 4)) {
        try RankGroup.join(environment(["OMPI_COMM_WORLD_SIZE": "4"]))
      }
      #expect(error?.diagnosis.category == .unavailable)
      #expect(error?.description.contains("scripts/ptrain --mpi") == true)
    }
  #endif
}

struct BlockTests {
  @Test func blocksThatTouchBecomeOneAndEmptyOnesNone() {
    let memory = UnsafeMutableRawPointer.allocate(byteCount: 100, alignment: 8)
    defer { memory.deallocate() }
    func block(_ start: Int, _ count: Int) -> MemoryBlock { MemoryBlock(memory + start, byteCount: count) }
    func ranges(_ blocks: [MemoryBlock]) -> [Range<Int>] {
      blocks.map { ($0.base - memory)..<($0.base - memory + $0.byteCount) }
    }
    let blocks = [block(0, 10), block(10, 0), block(10, 5), block(20, 5), block(15, 5), block(20, 1), block(90, 0)]
    #expect(ranges(blocks.coalesced) == [0..<15, 20..<25, 15..<21])
    #expect(ranges([block(0, 10), block(20, 4)].split(limit: 4)) == [0..<4, 4..<8, 8..<10, 20..<24])
    #expect([MemoryBlock]().coalesced.isEmpty)
  }
}

struct MisuseTests {
  @Test func aRunBeforeTheLastIsOverIsRefused() async {
    await #expect(processExitsWith: .failure) {
      let groups = try RankGroup.local(count: 2)
      let exchange = RankExchange(
        groups[0], parts: [ExchangePart(sends: [[], []], receives: [[], []], arrivals: 1)])
      exchange.begin()
      exchange.begin()
    }
  }

  @Test func listsMustFitTheGroup() async {
    await #expect(processExitsWith: .failure) {
      _ = RankExchange(.alone, parts: [ExchangePart(sends: [[], []], receives: [[], []], arrivals: 0)])
    }
  }

  @Test func nobodySendsToItself() async {
    await #expect(processExitsWith: .failure) {
      let byte = UnsafeMutableRawPointer.allocate(byteCount: 1, alignment: 1)
      let block = MemoryBlock(byte, byteCount: 1)
      _ = RankExchange(.alone, parts: [ExchangePart(sends: [[block]], receives: [[]], arrivals: 0)])
    }
  }

  /// Ranks that begin their exchanges in different orders.
  @Test func ordersThatDifferAreNoticed() async {
    await #expect(processExitsWith: .failure) {
      let memory = MemoryBlock(UnsafeMutableRawPointer.allocate(byteCount: 64, alignment: 8), byteCount: 64)
      let groups = try RankGroup.local(count: 2)
      let threads = groups.map { group in
        PlainThread(name: "rank") {
          let exchanges = [8, 16].map { length in
            let other = [MemoryBlock(memory.base + 32 * group.rank, byteCount: length)]
            let lists = group.rank == 0 ? [[], other] : [other, []]
            return RankExchange(group, parts: [ExchangePart(sends: lists, receives: lists, arrivals: 0)])
          }
          for exchange in group.rank == 0 ? exchanges : exchanges.reversed() { exchange.begin() }
          for exchange in exchanges { exchange.wait() }
        }
      }
      for thread in threads { thread?.join() }
    }
  }
}
