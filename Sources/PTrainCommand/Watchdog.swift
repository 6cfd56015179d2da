import Dispatch
import Glibc
import PTrainCore
import PTrainTraining

/// Watches a run from a thread of its own, and speaks up where nothing moves on.
///
/// It looks at numbers that the run stores anyway, once a second, and sleeps in between.
final class Watchdog {
  /// What a watchdog does, and after how long, in seconds.
  struct Rule: Sendable {
    /// Without progress, until it is reported.
    var reportAfter = 30.0
    /// Without progress, until the process is ended; `nil` for never.
    var endAfter: Double?
    /// Between two looks.
    var interval = 1.0
  }

  /// What it does about a run that stands; tests do something else.
  struct Means: Sendable {
    var tell: @Sendable (String) -> Void = { StandardStream.error.write("ptrain: \($0)\n") }
    var end: @Sendable (Diagnosis) -> Void = { diagnosis in
      StandardStream.error.write("ptrain: error: \(diagnosis)\n")
      _exit(diagnosis.category.rawValue)
    }
  }

  private let isOver = DispatchSemaphore(value: 0)
  private let thread: PlainThread?

  init(_ watch: TrainingWatch, rule: Rule, means: Means = Means()) {
    let isOver = isOver
    // Without a thread to give, the system has nobody to watch.
    thread = PlainThread(name: "ptrain-watchdog") {
      var silence = Silence(pulse: watch.pulse, interval: rule.interval)
      while isOver.wait(timeout: .now() + rule.interval) == .timedOut {
        Self.look(at: watch, &silence, rule, means)
      }
    }
  }

  deinit {
    isOver.signal()
    thread?.join()
  }

  private static func look(at watch: TrainingWatch, _ silence: inout Silence, _ rule: Rule, _ means: Means) {
    silence.update(watch.pulse)
    if silence.seconds == 0, silence.isReported {
      silence.isReported = false
      means.tell("the run goes on")
    }
    if let endAfter = rule.endAfter, silence.seconds >= endAfter {
      return means.end(stall(watch.situation, seconds: endAfter))
    }
    guard silence.seconds >= rule.reportAfter, !silence.isReported else { return }
    silence.isReported = true
    means.tell("warning: no progress for \(Int(silence.seconds)) s: \(watch.situation)")
  }

  private static func stall(_ situation: String, seconds: Double) -> Diagnosis {
    Diagnosis(
      .stalled, found: "no progress for \(seconds) s: \(situation)", expected: "some, as --stall-timeout has it",
      remedy: "look into what it waits for; 'ptrain resume' goes on from the newest checkpoint")
  }
}

/// How long a pulse has stood still.
struct Silence {
  private(set) var seconds = 0.0
  var isReported = false
  private var pulse: [Int]
  private let interval: Double
  private var lastLook = MonotonicClock.nanoseconds()

  init(pulse: [Int], interval: Double) {
    self.pulse = pulse
    self.interval = interval
  }

  mutating func update(_ pulse: [Int]) {
    // A process that was stopped (Ctrl-Z) or a machine that slept has not stalled: one look counts for little.
    let passed = min(MonotonicClock.seconds(since: lastLook), 2 * interval)
    lastLook = MonotonicClock.nanoseconds()
    seconds = pulse == self.pulse ? seconds + passed : 0
    self.pulse = pulse
  }
}
