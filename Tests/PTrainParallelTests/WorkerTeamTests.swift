import Dispatch
import PTrainParallel
import Synchronization
import Testing

/// Counts each task, and writes and reads without atomics across phases, so that a missing happens-before
/// edge shows in the sums and under Thread Sanitizer.
private final class CountingWork: PhasedWork, @unchecked Sendable {
  // Sendable: `partial` is written in one phase and read in the next, which is what is tested.
  let cycle: PhaseCycle
  let stopCycle: Int
  let spin: Int
  let performed: [Atomic1]
  let partial: UnsafeMutablePointer<Int>
  let observedErrors = Atomic<Int>(0)

  final class Atomic1: Sendable { let value = Atomic<Int>(0) }

  init(taskCounts: [Int], stopCycle: Int = .max, spin: Int = 0) {
    cycle = PhaseCycle(taskCounts: taskCounts)
    self.stopCycle = stopCycle
    self.spin = spin
    performed = (0..<cycle.tasksPerCycle).map { _ in Atomic1() }
    partial = .allocate(capacity: taskCounts[0])
    partial.initialize(repeating: 0, count: taskCounts[0])
  }

  deinit { partial.deallocate() }

  func perform(task: Int, at place: PhaseCycle.Place, lane: Int) {
    let offset = place.phase == 0 ? 0 : cycle.taskCounts[0]
    performed[offset + task].value.add(1, ordering: .relaxed)
    for _ in 0..<spin { _ = performed[0].value.load(ordering: .relaxed) }
    if place.phase == 0 {
      partial[task] += place.cycle + task + 1
    } else {
      let sum = (0..<cycle.taskCounts[0]).reduce(0) { $0 + partial[$1] }
      let cycles = place.cycle + 1
      let tasks = cycle.taskCounts[0]
      let expected = tasks * cycles * (cycles - 1) / 2 + cycles * tasks * (tasks + 1) / 2
      if sum != expected { observedErrors.add(1, ordering: .relaxed) }
    }
  }

  func shouldStop(before cycle: Int) -> Bool { cycle >= stopCycle }
}

@Suite(.serialized)
struct WorkerTeamTests {
  @Test func eachTaskIsDoneExactlyOncePerCycleAndPhasesDoNotOverlap() {
    for laneCount in [1, 2, 4, 8, 16] {
      for taskCounts in [[1, 1], [2, 1], [8, 2], [9, 5], [3, 16]] {
        let work = CountingWork(taskCounts: taskCounts)
        let (completed, _) = WorkerTeam(laneCount: laneCount).run(work, cycleCount: 200)
        #expect(completed == 200, "\(laneCount) lanes, \(taskCounts)")
        #expect(work.performed.allSatisfy { $0.value.load(ordering: .relaxed) == 200 }, "\(laneCount), \(taskCounts)")
        #expect(work.observedErrors.load(ordering: .relaxed) == 0, "\(laneCount) lanes, \(taskCounts)")
      }
    }
  }

  @Test func stoppingLeavesOnlyWholeCycles() {
    for laneCount in 1...4 {
      let work = CountingWork(taskCounts: [3, 2], stopCycle: 7)
      #expect(WorkerTeam(laneCount: laneCount).run(work, cycleCount: 100).completed == 7)
      #expect(work.performed.allSatisfy { $0.value.load(ordering: .relaxed) == 7 })
    }
  }

  @Test func noCyclesIsNoWork() {
    let work = CountingWork(taskCounts: [3, 2])
    #expect(WorkerTeam(laneCount: 3).run(work, cycleCount: 0).completed == 0)
    #expect(work.performed.allSatisfy { $0.value.load(ordering: .relaxed) == 0 })
  }

  /// Many more lanes than cores, with work long enough that lanes lose their core inside a phase.
  @Test func lateLanesJoinWithoutHarm() {
    let work = CountingWork(taskCounts: [5, 3], spin: 2_000)
    #expect(WorkerTeam(laneCount: 32).run(work, cycleCount: 60).completed == 60)
    #expect(work.observedErrors.load(ordering: .relaxed) == 0)
  }

  @Test func timesAddUp() {
    let (_, times) = WorkerTeam(laneCount: 2).run(CountingWork(taskCounts: [4, 4], spin: 100), cycleCount: 50)
    #expect(times.lanes > 0)
    #expect(times.phaseWait <= times.lanes)
  }

  @Test func lanesDoNotExceedCores() {
    let cores = ProcessorAffinity.availableCores()
    #expect(cores >= 1)
    #expect(ProcessorAffinity.laneCount(threads: 64) == min(64, cores))
    #expect(ProcessorAffinity.laneCount(threads: 1) == 1)
  }
}

struct ClaimBoardTests {
  @Test func aTaskIsClaimedOnceACycleAndNeverOutOfTurn() {
    let board = ClaimBoard(PhaseCycle(taskCounts: [2, 1]))
    let first = PhaseCycle.Place(cycle: 0, phase: 0)
    let second = PhaseCycle.Place(cycle: 1, phase: 0)
    #expect(!board.claim(0, at: second))
    #expect(board.claim(0, at: first))
    #expect(!board.claim(0, at: first))
    #expect(board.claim(1, at: first))
    #expect(board.claim(0, at: second))
    #expect(!board.claim(0, at: first), "a lane that slept through a cycle claims nothing")
    #expect(board.doneCount == 0)
    board.complete()
    #expect(board.doneCount == 1)
  }
}
