import PTrainData
import Synchronization

/// Signs of a trainer's progress, for who watches it from another thread.
///
/// One lane stores a number a step, and each phase one when it begins: nothing that could be measured.
package final class TrainingActivity: Sendable {
  package enum Phase: Int, Sendable {
    case starting, sharing, preparing, training, validating, gathering, saving, telling, testing, finishing
  }

  private let phaseNumber = Atomic<Int>(Phase.starting.rawValue)
  private let beats = Atomic<Int>(0)
  private let step = Atomic<Int>(0)

  /// Relaxed throughout: the numbers stand for nothing but themselves.
  package var phase: Phase { Phase(rawValue: phaseNumber.load(ordering: .relaxed)) ?? .starting }

  /// The optimizer updates since the start of the job.
  package var globalStep: Int { step.load(ordering: .relaxed) }

  /// Changes with every sign of progress.
  package var pulse: [Int] { [beats.load(ordering: .relaxed), globalStep] }

  package func enter(_ phase: Phase) {
    phaseNumber.store(phase.rawValue, ordering: .relaxed)
    beat()
  }

  /// Something was done that is no step.
  func beat() { beats.wrappingAdd(1, ordering: .relaxed) }

  /// The update of step `globalStep`, 0-based, is being made; for one lane only.
  func stepDidAdvance(_ globalStep: Int) { step.store(globalStep + 1, ordering: .relaxed) }
}

/// What a watchdog reads of a trainer that another thread trains.
package struct TrainingWatch: Sendable {
  let activity: TrainingActivity
  let readers: [LaneReader]
  let dataset: String
  /// Whether other processes train along, for which this one may wait.
  let hasOtherRanks: Bool

  package var pulse: [Int] { activity.pulse }

  /// What is being done, and what waits for what.
  package var situation: String {
    switch activity.phase {
    case .starting: "the run starts"
    case .sharing: "the samples of \(dataset) are exchanged with other ranks"
    case .gathering: "a checkpoint waits for the other ranks"
    case .preparing: "an epoch is prepared: the loader of \(dataset) ends or begins"
    case .training: "training stands after step \(activity.globalStep): \(lanes)"
    case .validating: "validation stands: \(lanes)"
    case .testing: "evaluation of the test samples stands: \(lanes)"
    case .saving: "training waits for the checkpoint before, which is still being written"
    case .finishing: "the run's end waits for its last checkpoint, which is still being written"
    case .telling: "training waits for the reader of its output, who takes no more"
    }
  }

  private var lanes: String {
    let places = readers.map(\.place)
    let texts = places.enumerated().compactMap { lane, place -> String? in
      switch place {
      case .elsewhere: nil
      case .waiting: "lane \(lane + 1) waits for samples of \(dataset)"
      case .reading(let frame): "lane \(lane + 1) reads frame \(frame + 1) of \(dataset)"
      }
    }
    if !texts.isEmpty { return texts.joined(separator: ", ") }
    return hasOtherRanks
      ? "a lane computes, or gets no processor time, or another rank is waited for"
      : "a lane computes, or gets no processor time"
  }
}
