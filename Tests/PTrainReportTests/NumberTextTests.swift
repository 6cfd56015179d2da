import PTrainReport
import Testing

@Suite struct NumberTextTests {
  @Test(arguments: [
    (0.23116, 4, "0.2312"), (0, 2, "0.00"), (-0.001, 2, "0.00"), (-1.25, 1, "-1.3"), (99.995, 2, "100.00"),
    (0.05, 1, "0.1"), (7, 0, "7"), (1e300, 2, "1e+300"), (.infinity, 2, "inf"), (.nan, 2, "nan"),
  ])
  func decimalsAreRoundedAndPadded(value: Double, digits: Int, text: String) {
    #expect(NumberText.fixed(value, digits) == text)
  }

  @Test(arguments: [(0, "0"), (999, "999"), (1000, "1,000"), (42_000, "42,000"), (-1_234_567, "-1,234,567")])
  func thousandsAreSetApart(count: Int, text: String) {
    #expect(NumberText.grouped(count) == text)
  }

  @Test(arguments: [
    (0, "0"), (999.4, "999"), (999.5, "1.00 k"), (9_994, "9.99 k"), (42_000, "42.0 k"), (999_499, "999 k"),
    (1_024_390, "1.02 M"), (2.5e9, "2.50 G"),
  ])
  func shortNumbersHaveThreeDigits(value: Double, text: String) {
    #expect(NumberText.short(value) == text)
  }

  @Test(arguments: [(0, "0:00"), (0.1, "0:01"), (59.5, "1:00"), (750, "12:30"), (3723, "1:02:03"), (.infinity, "?")])
  func waitingTimesAreRoundedUp(seconds: Double, text: String) {
    #expect(NumberText.clock(seconds: seconds) == text)
  }

  @Test(arguments: [(0.0524, "0.052 s"), (9.9996, "10.0 s"), (12.34, "12.3 s"), (754.2, "754 s")])
  func passedTimesKeepThreeDigitsOrSo(seconds: Double, text: String) {
    #expect(NumberText.seconds(seconds) == text)
  }

  @Test func fractionsBecomePerCent() {
    #expect(NumberText.percent(0.93411) == "93.41 %")
    #expect(NumberText.percent(1, 1) == "100.0 %")
  }
}
