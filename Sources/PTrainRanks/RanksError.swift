import PTrainCore

/// Why processes that were started together can't work together.
package enum RanksError: DiagnosableError, Equatable {
  /// This program was built without MPI.
  case builtWithoutMPI(launched: Int)
  /// MPI doesn't allow a thread beside the one that calls it.
  case threads
  /// Launcher and library are not of one kind: each process is alone.
  case world(found: Int, launched: Int)
  /// The system has no thread to give.
  case thread

  package var diagnosis: Diagnosis {
    switch self {
    case .builtWithoutMPI(let launched):
      Diagnosis(
        .unavailable, found: "\(launched) processes started together, of a ptrain that was built without MPI",
        expected: "one process, or a ptrain that was built with MPI",
        remedy: "let the launcher start scripts/ptrain --mpi")
    case .threads:
      Diagnosis(
        .unavailable, found: "an MPI library that allows one thread only",
        expected: "one with MPI_THREAD_FUNNELED",
        remedy: "install Open MPI: apt-get install openmpi-bin libopenmpi-dev")
    case .world(let found, let launched):
      Diagnosis(
        .unavailable, found: "\(found) of \(launched) processes in MPI's world",
        expected: "all \(launched) that the launcher started",
        remedy: "use the launcher of the MPI that ptrain was built with: mpirun of Open MPI, or srun --mpi=pmix")
    case .thread:
      Diagnosis(
        .unavailable, found: "no thread left for the exchange between ranks", expected: "one more thread",
        remedy: "raise the limit: ulimit -u")
    }
  }
}
