import PTrainBench
import Testing

@Suite struct StepArithmeticTests {
  @Test func multiplicationsOfTheReferenceJobAreThoseCountedByHand() {
    let arithmetic = StepArithmetic(widths: [784, 20, 20, 10])
    #expect(arithmetic.forward == 784 * 20 + 20 * 20 + 20 * 10)
    #expect(arithmetic.weightGradient == 16_280)
    #expect(arithmetic.inputGradient == 600)
    #expect(arithmetic.operationsPerSample == 66_320)
  }

  /// 2 · (2 · forward + input gradient) · samples, by hand: 33,160 · 84,000; 1,604,608 · 120,000; 15,855,616 · 120,000.
  /// Peers that drop the large job's short last batch calculate 59,392 samples.
  @Test(
    arguments: [
      (BenchJob.reference, 42_000, 2.785_44), (.mid, 60_000, 192.552_96), (.large, 60_000, 1902.673_92),
      (.large, 59_392, 1883.393_49),
    ])
  func jobsHaveTheArithmeticThatIsQuotedForThem(job: BenchJob, samples: Int, gigaOperations: Double) {
    let arithmetic = StepArithmetic(widths: [784] + job.hiddenWidths + [10])
    #expect(abs(arithmetic.gigaOperations(samples: samples) - gigaOperations) < 1e-4)
  }

  @Test func oneLayerHasNoInputGradient() {
    #expect(StepArithmetic(widths: [3, 2]).operationsPerSample == 2 * (6 + 6))
  }
}
