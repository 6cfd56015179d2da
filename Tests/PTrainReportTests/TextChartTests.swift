import PTrainReport
import Testing

@Suite struct TextChartTests {
  private func terminal(width: Int, unicode: Bool) -> TerminalCapabilities {
    TerminalCapabilities(redraws: true, color: .none, unicode: unicode, width: width)
  }

  private func chart(_ training: [Double], _ validation: [Double] = []) -> TextChart {
    TextChart(title: "loss", training: training, validation: validation) { NumberText.fixed($0, 1) }
  }

  @Test func trainingAndValidationHaveMarksOfTheirOwn() {
    let text = chart([7, 0], [7, 7]).text(terminal: terminal(width: 15, unicode: false))
    #expect(
      text == """
             loss  o tr
        7.0 |*xxxxxxxx
            | o
            |  o
            |   oo
        3.5 |     o
            |      o
            |       o
        0.0 |        o
            +---------
             1 epoch 2

        """)
  }

  @Test func noLineIsWiderThanTheTerminal() {
    for width in 10...100 {
      for unicode in [false, true] {
        let text = chart((1...50).map { 1 / Double($0) }, [0.5, .nan]).text(
          terminal: terminal(width: width, unicode: unicode))
        #expect(text.split(separator: "\n").allSatisfy { $0.count <= width }, "width \(width)")
        #expect(text.contains { $0.unicodeScalars.contains { $0.value > 127 } } == unicode)
      }
    }
  }

  @Test func withoutFiniteValuesThereIsNoChart() {
    #expect(chart([]).text(terminal: .plain).isEmpty && chart([.nan, .infinity]).text(terminal: .plain).isEmpty)
  }

  @Test func oneEpochIsALine() {
    #expect(chart([2]).text(terminal: .plain).contains("2.0 |" + ""))
  }
}
