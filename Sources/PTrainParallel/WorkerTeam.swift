import Dispatch
import PTrainCore
import Synchronization

/// What a team of lanes works on.
package protocol PhasedWork: AnyObject, Sendable {
  /// The phases that are repeated.
  var cycle: PhaseCycle { get }

  /// Does one claimed task. Tasks of one phase run at once on different lanes; a task sees all that
  /// earlier phases wrote.
  func perform(task: Int, at place: PhaseCycle.Place, lane: Int)

  /// Asked by each lane before each cycle: whether the team should stop instead.
  ///
  /// Lanes may answer differently for a moment: those that go on finish the cycle by themselves.
  func shouldStop(before cycle: Int) -> Bool
}

/// How long lanes worked and waited, in nanoseconds summed over lanes.
package struct TeamTimes: Equatable, Sendable {
  /// From the team's start to its end, times the lanes.
  package var lanes: UInt64 = 0
  /// Waits for other lanes at the end of a phase, and time of lanes that started late or not at all.
  package var phaseWait: UInt64 = 0

  package init(lanes: UInt64 = 0, phaseWait: UInt64 = 0) {
    self.lanes = lanes
    self.phaseWait = phaseWait
  }
}

/// A fixed number of lanes that walk through phases together on Dispatch's `concurrentPerform`.
///
/// Nothing depends on a lane having started: only claimed tasks are waited for, so one lane can do all
/// the work, and the others may come late or never. There is no lock: see ``ClaimBoard``.
package struct WorkerTeam: Sendable {
  package let laneCount: Int

  /// - Precondition: `laneCount` ≥ 1.
  package init(laneCount: Int) {
    precondition(laneCount >= 1, "\(laneCount) lanes")
    self.laneCount = laneCount
  }

  /// Runs `cycleCount` cycles of `work`, or as many as it wants.
  ///
  /// - Returns: the cycles that were completed, and the lanes' times.
  package func run(_ work: some PhasedWork, cycleCount: Int) -> (completed: Int, times: TeamTimes) {
    let walk = Walk(work: work, cycleCount: cycleCount, laneCount: laneCount)
    let start = MonotonicClock.nanoseconds()
    if laneCount == 1 {
      walk.walk(lane: 0)
    } else {
      DispatchQueue.concurrentPerform(iterations: laneCount) { walk.walk(lane: $0) }
    }
    let elapsed = (MonotonicClock.nanoseconds() - start) * UInt64(laneCount)
    let busy = walk.busyNanoseconds.load(ordering: .relaxed)
    return (walk.completedCycles, TeamTimes(lanes: elapsed, phaseWait: elapsed - min(elapsed, busy)))
  }

  /// One run of a team.
  private final class Walk: Sendable {
    let busyNanoseconds = Atomic<UInt64>(0)
    private let work: any PhasedWork
    private let cycle: PhaseCycle
    private let cycleCount: Int
    private let laneCount: Int
    private let board: ClaimBoard

    init(work: any PhasedWork, cycleCount: Int, laneCount: Int) {
      self.work = work
      self.cycleCount = cycleCount
      self.laneCount = laneCount
      cycle = work.cycle
      board = ClaimBoard(cycle)
    }

    /// Exact once all lanes have returned: each finishes the cycle that it began.
    var completedCycles: Int { board.doneCount / cycle.tasksPerCycle }

    /// One lane's way through all the phases, from wherever the others are.
    func walk(lane: Int) {
      let start = MonotonicClock.nanoseconds()
      var waited: UInt64 = 0
      var place = cycle.place(done: board.doneCount)
      while place.cycle < cycleCount {
        if place.phase == 0, work.shouldStop(before: place.cycle) { break }
        claimAndPerform(at: place, lane: lane)
        let end = cycle.doneAfter(place)
        waited += SpinWait.wait { board.doneCount >= end }
        place = cycle.next(after: place)
      }
      let elapsed = MonotonicClock.nanoseconds() - start
      busyNanoseconds.add(elapsed - min(elapsed, waited), ordering: .relaxed)
    }

    /// Claims what it can: first the lane's home block, whose data is in its cache, upwards; then the
    /// blocks before it, downwards, so that a thief meets its victim as late as possible.
    private func claimAndPerform(at place: PhaseCycle.Place, lane: Int) {
      let taskCount = cycle.taskCounts[place.phase]
      let home = EvenPartition(count: taskCount, parts: laneCount)[lane]
      for task in home { claimAndPerform(task, at: place, lane: lane) }
      var task = home.lowerBound
      for _ in 0..<(taskCount - home.count) {
        task = task == 0 ? taskCount - 1 : task - 1
        claimAndPerform(task, at: place, lane: lane)
      }
    }

    private func claimAndPerform(_ task: Int, at place: PhaseCycle.Place, lane: Int) {
      guard board.claim(task, at: place) else { return }
      work.perform(task: task, at: place, lane: lane)
      board.complete()
    }
  }
}
