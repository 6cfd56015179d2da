import PTrainReport
import Testing

@Suite struct ProbabilityBarsTests {
  private func terminal(width: Int, unicode: Bool) -> TerminalCapabilities {
    TerminalCapabilities(redraws: false, color: .none, unicode: unicode, width: width)
  }

  @Test func eachClassHasALineAndTheBestOneAMark() {
    #expect(
      ProbabilityBars.text([0, 0.75, 0.25], terminal: terminal(width: 24, unicode: false)) == """
        0              0.00 %
        1  ######     75.00 % <
        2  ##         25.00 %

        """)
  }

  @Test func blocksShowEighths() {
    let text = ProbabilityBars.text([0.5625, 0.4375], terminal: terminal(width: 18, unicode: true))
    #expect(text == "0  █▏   56.25 % <\n1  ▉    43.75 %\n")
  }

  @Test func longListsAlignTheirNumbers() {
    let lines = ProbabilityBars.text([Float](repeating: 0.05, count: 20), terminal: .plain).split(separator: "\n")
    #expect(lines.count == 20)
    #expect(lines[9].hasPrefix(" 9  ##") && lines[10].hasPrefix("10  ##"))
  }

  @Test func noLineIsWiderThanTheTerminal() {
    for width in 18...100 {
      let text = ProbabilityBars.text([1, 0, .nan, 2], terminal: terminal(width: width, unicode: true))
      #expect(text.split(separator: "\n").allSatisfy { $0.count <= width }, "width \(width)")
    }
  }
}
