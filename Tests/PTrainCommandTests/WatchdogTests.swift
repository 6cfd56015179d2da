import Dispatch
import PTrainCore
import PTrainData
import PTrainNetwork
import PTrainTraining
import Synchronization
import Testing

@testable import PTrainCommand

@Suite struct WatchdogTests {
  private final class Report: Sendable {
    let texts = Mutex<[String]>([])
    let diagnosis = Mutex<Diagnosis?>(nil)
    let told = DispatchSemaphore(value: 0)
    let ended = DispatchSemaphore(value: 0)

    var means: Watchdog.Means {
      Watchdog.Means(
        tell: { text in
          self.texts.withLock { $0.append(text) }
          self.told.signal()
        },
        end: { diagnosis in
          self.diagnosis.withLock { $0 = $0 ?? diagnosis }
          self.ended.signal()
        })
    }
  }

  private let data: TrainingData
  private let trainer: Trainer

  init() throws {
    data = try TrainingData(count: 20)
    let dataset = try Dataset.open(data.set)
    let model = Sequential(inputShape: [3, 5]) {
      Flatten()
      Dense(4, activation: .softmax)
    }
    trainer = try Trainer(
      Job(dataset: dataset, model: model, optimizer: .sgd(learningRate: 0.01)), on: dataset,
      execution: Execution(threads: 1))
  }

  @Test func whatStandsIsReportedOnceAndItsGoingOnToo() {
    let report = Report()
    trainer.activity.enter(.saving)
    let watchdog = Watchdog(
      trainer.watch, rule: Watchdog.Rule(reportAfter: 0.05, interval: 0.01), means: report.means)
    report.told.wait()
    trainer.activity.enter(.training)
    report.told.wait()
    extendLifetime(watchdog)
    let texts = report.texts.withLock { $0 }
    #expect(texts[0].contains("no progress") && texts[0].contains("waits for the checkpoint before"))
    #expect(texts[1] == "the run goes on")
    #expect(report.diagnosis.withLock { $0 } == nil)
  }

  @Test func theTimeoutEndsTheProcessWithItsCode() {
    let report = Report()
    let watchdog = Watchdog(
      trainer.watch, rule: Watchdog.Rule(endAfter: 0.05, interval: 0.01), means: report.means)
    report.ended.wait()
    extendLifetime(watchdog)
    #expect(report.diagnosis.withLock { $0 }?.category == .stalled)
  }

  /// Silence counts in looks: a process that slept a day between two of them was not stalled for a day.
  @Test func progressAndSleepAreNoSilence() throws {
    var silence = Silence(pulse: [1, 1], interval: 0)
    silence.update([1, 1])
    #expect(silence.seconds == 0)
    var other = Silence(pulse: [1, 1], interval: 1000)
    other.update([1, 1])
    #expect(other.seconds > 0)
    other.update([1, 2])
    #expect(other.seconds == 0)
  }

  @Test func everyStepAndEveryPhaseMovesThePulse() throws {
    let before = trainer.watch.pulse
    try trainer.fit(epochs: 2)
    let after = trainer.watch.pulse
    #expect(before[1] == 0 && after[1] == trainer.state.progress.globalStep && after[0] > before[0])
  }
}
