import Glibc

/// What the launcher of MPI programs tells a process that it started, by environment variables.
struct LauncherEnvironment {
  /// Whether a launcher started this process as one of its ranks.
  let isLaunched: Bool
  /// How many ranks it started, if it tells.
  let size: Int?

  /// What is in the environment of this process.
  static var current: LauncherEnvironment {
    LauncherEnvironment { name in getenv(name).map { String(cString: $0) } }
  }

  init(_ value: (String) -> String?) {
    func number(_ name: String) -> Int? { value(name).flatMap(Int.init) }
    // Open MPI's mpirun; MPICH and others with a process manager of its kind.
    let told = number("OMPI_COMM_WORLD_SIZE") ?? number("PMI_SIZE")
    // `srun --mpi=pmix` tells the rank in PMIX_RANK, and the size as SLURM does for each step. SLURM's own numbers
    // alone mean nothing: a batch script has them too.
    let hasRank = ["PMIX_RANK", "PMI_RANK", "OMPI_COMM_WORLD_RANK"].contains { value($0) != nil }
    isLaunched = told != nil || hasRank
    size = told ?? (hasRank ? number("SLURM_STEP_NUM_TASKS") ?? number("SLURM_NTASKS") : nil)
  }

  /// How many processes there are besides doubt: 1 if nobody tells.
  var leastSize: Int { max(size ?? 1, 1) }
}
