import PTrainReport
import PTrainTraining
import Testing

@Suite struct ProgressLineTests {
  private func line(width: Int, unicode: Bool = false) -> ProgressLine {
    ProgressLine(terminal: TerminalCapabilities(redraws: true, color: .none, unicode: unicode, width: width))
  }

  @Test func wideTerminalsShowEverything() {
    let text = line(width: 120).text(Samples.progress)
    #expect(
      text == "epoch 3/10 ======================-------- 75 %  0:16 left  loss 0.2312  accuracy 93.41 %"
        + "  1.02 M samples/s")
  }

  @Test func barsAreDrawnWithLinesWhereTheTerminalKnowsThem() {
    #expect(
      line(width: 120, unicode: true).text(Samples.progress).hasPrefix("epoch 3/10 ━━━━━━━━━━━━━━━━━━━━━━──────── 75 %")
    )
  }

  @Test func redrawingReturnsToTheLinesStartAndErases() {
    let line = line(width: 80)
    #expect(line.redraw(Samples.progress) == "\r\u{1B}[K" + line.text(Samples.progress))
  }

  @Test func noLineFillsItsTerminal() {
    for width in 0...130 {
      #expect(line(width: width).text(Samples.progress).count <= max(0, width - 1), "width \(width)")
    }
  }

  @Test func narrowTerminalsLoseFieldsFromTheRight() {
    let texts = [80, 50, 30, 20].map { line(width: $0).text(Samples.progress) }
    #expect(
      texts == [
        "epoch 3/10 ===============------ 75 %  0:16 left  loss 0.2312  accuracy 93.41 %",
        "epoch 3/10 ================------ 75 %  0:16 left",
        "epoch 3/10 =========---- 75 %",
        "epoch 3/10  75 %",
      ])
  }

  @Test func timeLeftCountsTheEpochsToCome() {
    // 1 ms a step; 525 steps of this epoch and 7 × 2100 of the next ones.
    #expect(Samples.progress.secondsLeft == 15.225)
  }

  @Test func beforeTheFirstStepNoTimeIsGuessed() {
    let start = StepProgress(
      epoch: 0, epochCount: 1, step: 0, stepCount: 0, training: Evaluation(loss: 0, accuracy: 0), elapsedSeconds: 0,
      samplesPerSecond: 0)
    #expect(start.secondsLeft == nil)
    #expect(line(width: 60).text(start).hasPrefix("epoch 1/1 "))
  }
}
