import PTrainBench
import Testing

@Suite struct RunStatisticsTests {
  @Test func oddCountsHaveAMiddleValue() throws {
    let statistics = try #require(RunStatistics([30, 10, 20]))
    #expect(statistics.minimum == 10 && statistics.median == 20 && statistics.maximum == 30)
    #expect(statistics.spread == 2)
  }

  @Test func evenCountsTakeTheMeanOfTheMiddleTwo() throws {
    let statistics = try #require(RunStatistics([4, 1, 100, 2]))
    #expect(statistics.median == 3 && statistics.minimum == 1 && statistics.maximum == 100)
  }

  @Test func oneValueHasNoSpread() throws {
    let statistics = try #require(RunStatistics([7]))
    #expect(statistics.minimum == 7 && statistics.median == 7 && statistics.spread == 0)
  }

  @Test func noValuesHaveNoStatistics() {
    #expect(RunStatistics([]) == nil)
  }
}
