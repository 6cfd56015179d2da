import PTrainTraining
import Testing

@testable import PTrainReport

@Suite struct ChartTests {
  private func epochs(_ losses: [Double], validation: [Double]? = nil) -> [EpochSummary] {
    losses.enumerated().map { number, loss in
      EpochSummary(
        epoch: number, training: Evaluation(loss: loss, accuracy: 0.9),
        validation: validation.map { Evaluation(loss: $0[number], accuracy: 0.8) }, globalStep: number + 1,
        sampleCount: 1, trainSeconds: 2, epochSeconds: 3, dataWaitSeconds: 0,
        phases: PhaseShares(compute: 0.5, dataWait: 0.25, reductionWait: 0.25))
    }
  }

  private func chart(_ epochs: [EpochSummary], best: Int? = nil) -> String {
    CurveChart(title: "Loss", epochs: epochs, best: best, number: \.loss, text: { NumberText.fixed($0, $1) }).markup
      .text
  }

  @Test func ticksAreRoundAndHoldTheValues() {
    let axis = ChartAxis(0.173...0.92, from: 100, to: 0)
    #expect(axis.ticks.map { NumberText.fixed($0, axis.digits) } == ["0.0", "0.2", "0.4", "0.6", "0.8", "1.0"])
    #expect(axis.place(0) == 100 && axis.place(1) == 0)
    let fine = ChartAxis(0.9312...0.9387, from: 0, to: 1)
    #expect(
      fine.ticks.map { NumberText.fixed($0, fine.digits) } == ["0.930", "0.932", "0.934", "0.936", "0.938", "0.940"])
  }

  @Test func epochsHaveWholeTicksAndEndWhereTheyEnd() {
    let axis = ChartAxis(1...10, from: 0, to: 90, tickCount: 8, isWhole: true)
    #expect(axis.ticks == [2, 4, 6, 8, 10])
    #expect(axis.place(1) == 0 && axis.place(10) == 90)
    #expect(ChartAxis(1...3, from: 0, to: 2, tickCount: 8, isWhole: true).ticks == [1, 2, 3])
    #expect(ChartAxis(1...1, from: 0, to: 2, tickCount: 8, isWhole: true).ticks == [1])
  }

  static let ranges: [(Double, Double)] = [
    (0, 0), (5, 5), (-3, -3), (1e300, 1e300), (1, 1 + 1e-15), (0, 1e-300), (-1e12, 1e12), (0, 1e300),
  ]

  @Test(arguments: ranges)
  func everyRangeHasAnAxis(least: Double, most: Double) {
    let axis = ChartAxis(least...most, from: 0, to: 100)
    #expect((1...101).contains(axis.ticks.count) && axis.ticks.allSatisfy(\.isFinite))
    #expect((-1e-6...100.000001).contains(axis.place(least)) && axis.place(most).isFinite)
  }

  static let steps: [(Double, Double)] = [(0.9, 1), (1, 1), (1.1, 2), (3, 5), (0.07, 0.1), (700, 1000)]

  @Test(arguments: steps)
  func stepsAreOneTwoOrFive(step: Double, round: Double) {
    #expect(abs(ChartAxis.roundStep(step) / round - 1) < 1e-12)
  }

  @Test func curvesShowBothLinesAndTheBestEpoch() {
    let text = chart(epochs([0.5, 0.4, 0.3], validation: [0.5, 0.3, 0.4]), best: 1)
    #expect(
      text.contains(#"<path class="line training" d="M64.00 "#) && text.contains(#"<path class="line validation""#))
    #expect(text.ranges(of: "<circle").count == 6)
    #expect(text.contains(">best epoch 2</text>") && text.contains(">Epoch</text>"))
    #expect(text.contains("Loss over 3 epochs: first training 0.5000, validation 0.5000; last training 0.3000"))
  }

  @Test func withoutValidationItsLineIsLeftOut() {
    let text = chart(epochs([0.5, 0.4]))
    #expect(!text.contains("validation") && !text.contains("best epoch"))
  }

  @Test func valuesThatAreNotFiniteBreakTheLine() {
    let text = chart(epochs([0.5, 0.4, .nan, 0.3, .infinity]))
    #expect(!text.contains("nan ") && !text.contains("inf "))
    let path = text.split(separator: "d=\"").dropFirst().first?.prefix { $0 != "\"" } ?? ""
    #expect(path.count { $0 == "M" } == 2 && path.count { $0 == "L" } == 1)
    #expect(chart(epochs([.nan])) == "<p>Loss: no finite number yet.</p>")
  }

  @Test func barsStackToTheEpochsSeconds() {
    let text = PhaseChart(epochs([1, 1, 1])).markup.text
    #expect(text.ranges(of: "<g class=\"bar\">").count == 3)
    // 2 s of an axis from 0 to 2 s are 152 units high: a half and two quarters.
    #expect(text.ranges(of: "height=\"76.00\"").count == 3 && text.ranges(of: "height=\"38.00\"").count == 6)
    #expect(text.contains("computing 50.0 %, waiting for data 25.0 %, waiting in the reduction 25.0 %"))
  }

  @Test func manyEpochsShareBars() {
    let text = PhaseChart(epochs([Double](repeating: 1, count: 1000))).markup.text
    #expect(text.ranges(of: "<g class=\"bar\">").count == 112)
    #expect(text.contains("epoch 1 to 9: 2.000 s") && text.contains("epoch 1000: 2.000 s"))
    #expect(PhaseChart([]).markup.text.contains("not known"))
  }
}
