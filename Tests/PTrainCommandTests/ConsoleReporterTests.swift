import PTrainCore
import PTrainReport
import PTrainTraining
import Testing

@testable import PTrainCommand

@Suite struct ConsoleReporterTests {
  private final class Sink {
    var texts: [String] = []
  }

  private static let terminal = TerminalCapabilities(redraws: true, color: .none, unicode: false, width: 80)

  private let summary = EpochSummary(
    epoch: 0, training: Evaluation(loss: 1, accuracy: 0.5), validation: nil, globalStep: 10, sampleCount: 100,
    trainSeconds: 1, epochSeconds: 1, dataWaitSeconds: 0,
    phases: PhaseShares(compute: 1, dataWait: 0, reductionWait: 0))
  private let progress = StepProgress(
    epoch: 0, epochCount: 2, step: 1, stepCount: 10, training: Evaluation(loss: 1, accuracy: 0.5), elapsedSeconds: 1,
    samplesPerSecond: 10)

  /// What a whole small run writes: four steps, two of them too soon after their predecessors, the epoch's end, the run's end.
  private func run(
    style: ConsoleReporter.Style, isQuiet: Bool = false, terminal: TerminalCapabilities
  ) throws -> [String] {
    let sink = Sink()
    var reporter = ConsoleReporter(style: style, isQuiet: isQuiet, terminal: terminal) { sink.texts.append($0) }
    for seconds in [5, 5.03, 5.2, 5.24] { reporter.stepDidEnd(progress, atSeconds: seconds) }
    reporter.epochDidEnd(summary, epochCount: 2)
    reporter.runDidEnd(
      RunOutcome(
        epochs: [summary], test: Evaluation(loss: 2, accuracy: 0.25), testSampleCount: 4, checkpoint: "c",
        parametersDigest: Digest(of: [0]), wallSeconds: 3, peakMemoryBytes: 1))
    return sink.texts
  }

  @Test func terminalsSeeTheBarThrottledAndErased() throws {
    let texts = try run(style: .text, terminal: Self.terminal)
    let bar = ProgressLine(terminal: Self.terminal).redraw(progress)
    try #require(texts.count == 5)
    #expect(texts[..<3] == [bar, bar, ProgressLine.erase])
    #expect(texts[3] == EpochLine.text(summary, epochCount: 2, width: 80) + "\n")
    #expect(texts[4].hasPrefix("trained     1 epoch in 3.000 s"))
  }

  @Test func filesSeeLinesWithoutControlCharacters() throws {
    let text = try run(style: .text, terminal: .plain).joined()
    #expect(text.hasPrefix("epoch 1/2  loss 1.0000"))
    #expect(text.unicodeScalars.allSatisfy { $0 == "\n" || $0.value >= 0x20 && $0.value != 0x7F })
  }

  @Test func jsonIsOneObjectALineAndNothingElse() throws {
    let texts = try run(style: .json, terminal: Self.terminal)
    #expect(texts.count == 3)
    #expect(texts.allSatisfy { $0.hasPrefix(#"{"event":""#) && $0.hasSuffix("}\n") })
  }

  @Test func quietRunsTellTheirResultOnly() throws {
    #expect(try run(style: .text, isQuiet: true, terminal: Self.terminal).count == 1)
    let events = try run(style: .json, isQuiet: true, terminal: Self.terminal)
    #expect(events.map { $0.prefix(15) } == [#"{"event":"test""#, #"{"event":"end","#])
  }
}
