/// A cycle of phases that lanes repeat together: phase `p` holds `taskCounts[p]` tasks, and none of its
/// tasks begins before every task of the phase before has ended.
///
/// An optimizer step is one such cycle: the microbatches, then the slices of the parameters. Where the
/// team stands is one number, the tasks done so far; this type turns it into a place and back.
package struct PhaseCycle: Equatable, Sendable {
  /// Tasks of each phase, each ≥ 1.
  package let taskCounts: [Int]

  /// `ends[p]`: tasks of the phases `0...p`.
  private let ends: [Int]

  /// - Precondition: at least one phase; each has at least one task.
  package init(taskCounts: [Int]) {
    precondition(!taskCounts.isEmpty && taskCounts.allSatisfy { $0 >= 1 }, "phases of \(taskCounts) tasks")
    self.taskCounts = taskCounts
    var total = 0
    ends = taskCounts.map {
      total += $0
      return total
    }
  }

  package var phaseCount: Int { taskCounts.count }
  package var tasksPerCycle: Int { ends[phaseCount - 1] }

  /// A phase of a certain cycle.
  package struct Place: Equatable, Sendable {
    package var cycle: Int
    package var phase: Int

    package init(cycle: Int, phase: Int) {
      self.cycle = cycle
      self.phase = phase
    }
  }

  /// The first phase that isn't complete when `done` tasks are.
  package func place(done: Int) -> Place {
    let (cycle, inside) = done.quotientAndRemainder(dividingBy: tasksPerCycle)
    var phase = 0
    while ends[phase] <= inside { phase += 1 }
    return Place(cycle: cycle, phase: phase)
  }

  /// Tasks that are done when the phase at `place` is complete.
  package func doneAfter(_ place: Place) -> Int {
    place.cycle * tasksPerCycle + ends[place.phase]
  }

  package func next(after place: Place) -> Place {
    place.phase + 1 < phaseCount
      ? Place(cycle: place.cycle, phase: place.phase + 1) : Place(cycle: place.cycle + 1, phase: 0)
  }
}
