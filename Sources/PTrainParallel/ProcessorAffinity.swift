import CProcessor
import Glibc

/// The cores that this process may use.
package enum ProcessorAffinity {
  /// Cores in the calling thread's affinity mask, at least 1: `taskset` and container limits by core set
  /// count, which they don't in Foundation's `activeProcessorCount`.
  package static func availableCores() -> Int { max(1, Int(processor_available_count())) }

  /// The cores that the machine has, whoever may use them.
  package static func machineCores() -> Int { max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN))) }

  /// Lanes for `threads` wanted workers: no more than there are cores.
  package static func laneCount(threads: Int) -> Int {
    max(1, min(threads, availableCores()))
  }
}
