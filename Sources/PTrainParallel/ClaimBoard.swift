import Synchronization

/// Who does what, without a lock: lanes claim the tasks of a phase one by one, and count those that are done.
///
/// Each task of each phase has a cell that holds the number of cycles in which it was claimed. A lane
/// claims the task for cycle `c` by moving its cell from `c` to `c + 1`. Cells only grow, so a lane that
/// was asleep for a hundred cycles can't claim anything twice: its exchange fails.
///
/// Memory orders:
/// - A claim is relaxed. It must be atomic, and no more: whoever claims has already acquired what the
///   phase before wrote (below), and a task's result is published by `complete`, not by the claim.
/// - `complete` releases the task's writes and joins the release sequence of all increments before it.
/// - `doneCount` acquires: a lane that reads `n` sees all that the first `n` finished tasks wrote.
package final class ClaimBoard: Sendable {
  /// A cell by itself on its cache line, so that claiming one task doesn't slow the claim of another.
  private struct Cell: ~Copyable {
    let value = Atomic<Int>(0)
    // 56 bytes up to the length of a cache line.
    private let padding: (Int, Int, Int, Int, Int, Int, Int) = (0, 0, 0, 0, 0, 0, 0)
  }

  private let cells: [UnsafeCells]
  private let done: UnsafeCells

  /// Cells at an address that never changes, freed with the board.
  private struct UnsafeCells: @unchecked Sendable {
    // Sendable: `base` is only read, and what it points to is atomic.
    let base: UnsafeMutablePointer<Cell>
    let count: Int

    init(count: Int) {
      let raw = UnsafeMutableRawPointer.allocate(byteCount: count * MemoryLayout<Cell>.stride, alignment: 64)
      base = raw.bindMemory(to: Cell.self, capacity: count)
      for index in 0..<count { (base + index).initialize(to: Cell()) }
      self.count = count
    }

    func deallocate() {
      base.deinitialize(count: count)
      UnsafeMutableRawPointer(base).deallocate()
    }
  }

  package init(_ cycle: PhaseCycle) {
    cells = cycle.taskCounts.map(UnsafeCells.init)
    done = UnsafeCells(count: 1)
  }

  deinit {
    for cells in cells { cells.deallocate() }
    done.deallocate()
  }

  /// Claims `task` of the phase at `place`; `false` if another lane has it.
  package func claim(_ task: Int, at place: PhaseCycle.Place) -> Bool {
    let cell = cells[place.phase].base + task
    guard cell.pointee.value.load(ordering: .relaxed) == place.cycle else { return false }
    return cell.pointee.value.compareExchange(
      expected: place.cycle, desired: place.cycle + 1, successOrdering: .relaxed, failureOrdering: .relaxed
    ).exchanged
  }

  /// Counts one claimed task as done.
  package func complete() {
    done.base.pointee.value.add(1, ordering: .acquiringAndReleasing)
  }

  /// Tasks done so far.
  package var doneCount: Int {
    done.base.pointee.value.load(ordering: .acquiring)
  }
}
