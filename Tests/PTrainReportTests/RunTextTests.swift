import PTrainReport
import PTrainTraining
import Testing

@Suite struct RunTextTests {
  @Test func epochLinesNameEverything() {
    #expect(
      EpochLine.text(Samples.epoch(), epochCount: 10)
        == "epoch 3/10  loss 0.2312  accuracy 93.41 %  val_loss 0.2500  val_accuracy 92.80 %"
        + "  0.075 s (training 0.063 s)  672,000 samples/s"
        + "  compute 90.0 %  data wait 2.5 %  reduction wait 7.5 %")
  }

  @Test func anEpochTooWideForTheTerminalTakesTwoLines() {
    let line = EpochLine.text(Samples.epoch(), epochCount: 10)
    #expect(EpochLine.text(Samples.epoch(), epochCount: 10, width: line.count) == line)
    let two = EpochLine.text(Samples.epoch(), epochCount: 10, width: line.count - 1)
    #expect(
      two.split(separator: "\n").map(String.init) == [
        "epoch 3/10  loss 0.2312  accuracy 93.41 %  val_loss 0.2500  val_accuracy 92.80 %",
        "  0.075 s (training 0.063 s)  672,000 samples/s  compute 90.0 %  data wait 2.5 %  reduction wait 7.5 %",
      ])
  }

  @Test func epochLinesWithoutValidationLeaveItOut() {
    let text = EpochLine.text(Samples.epoch(validation: nil), epochCount: 10)
    #expect(!text.contains("val_"))
    #expect(text.contains("accuracy 93.41 %  0.075 s"))
  }

  @Test func epochLinesHoldNoControlCharacters() {
    #expect(
      EpochLine.text(Samples.epoch(), epochCount: 10).unicodeScalars.allSatisfy { (0x20..<0x7F).contains($0.value) })
  }

  @Test func finalSummaryNamesResultTimesAndFiles() throws {
    #expect(
      RunReport.text(try Samples.outcome()) == """
        trained     2 epochs in 0.750 s (training 0.125 s)  672,000 samples/s
        time        compute 90.0 %  data wait 2.5 %  reduction wait 7.5 %
        test        loss 0.1890  accuracy 94.52 ± 0.23 %  10,000 samples
        checkpoint  runs/1/ckpt.zst
        parameters  sha256 0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef

        """)
  }

  @Test func finalSummaryWithoutTestSamplesHasNoTestLine() throws {
    #expect(!RunReport.text(try Samples.outcome(test: nil)).contains("test "))
  }

  @Test func phasesAreWeightedByTrainingSeconds() throws {
    let epoch = { (seconds: Double, compute: Double) in
      EpochSummary(
        epoch: 0, training: Evaluation(loss: 0, accuracy: 0), validation: nil, globalStep: 1, sampleCount: 1,
        trainSeconds: seconds, epochSeconds: seconds, dataWaitSeconds: 0,
        phases: PhaseShares(compute: compute, dataWait: 1 - compute, reductionWait: 0))
    }
    let mean = try #require(PhaseShares.mean(of: [epoch(3, 1), epoch(1, 0.5)]))
    #expect(mean == PhaseShares(compute: 0.875, dataWait: 0.125, reductionWait: 0))
    #expect(PhaseShares.mean(of: []) == nil)
  }
}
