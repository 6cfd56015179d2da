#if MPI
  import CMPI
  import Glibc

  /// Ranks that are processes, which an MPI launcher started. MPI's standard answer to errors stays: it tells, and ends
  /// all ranks.
  final class MPITransport: RankTransport {
    let rank: Int
    let count: Int

    init(_ launcher: LauncherEnvironment) throws(RanksError) {
      guard ptrain_mpi_init() else { throw .threads }
      rank = Int(ptrain_mpi_rank())
      count = Int(ptrain_mpi_count())
      // A launcher of another kind starts processes that know nothing of each other.
      guard count >= launcher.leastSize else { throw .world(found: count, launched: launcher.leastSize) }
    }

    func prepare(_ part: ExchangePart) -> any PreparedPart { MPIPart(part) }

    func finish() { ptrain_mpi_finalize() }

    func abort(code: Int32) -> Never {
      ptrain_mpi_abort(code)
      _exit(code)
    }
  }

  /// A part as MPI takes it: for each peer a type that names all blocks by their addresses.
  private final class MPIPart: PreparedPart {
    private let sends: PeerTypes
    private let receives: PeerTypes
    private let displacements: UnsafeMutablePointer<Int32>
    private var request: ptrain_mpi_request?

    init(_ part: ExchangePart) {
      sends = PeerTypes(part.sends)
      receives = PeerTypes(part.receives)
      displacements = .allocate(capacity: part.sends.count)
      displacements.initialize(repeating: 0, count: part.sends.count)
    }

    func post() {
      request = ptrain_mpi_post(sends.counts, sends.types, receives.counts, receives.types, displacements)
    }

    func isOver() -> Bool {
      guard var request else { return true }
      let isOver = ptrain_mpi_test(&request)
      self.request = isOver ? nil : request
      return isOver
    }

    func release() {
      sends.release()
      receives.release()
      displacements.deallocate()
    }
  }

  /// For each peer one type, or none: the arrays that MPI reads until the exchange is over.
  private struct PeerTypes {
    let counts: UnsafeMutablePointer<Int32>
    let types: UnsafeMutablePointer<ptrain_mpi_type>
    private let peerCount: Int

    /// MPI counts the bytes of a block by an `int`.
    private static let mostBytes = 1 << 30

    init(_ lists: [[MemoryBlock]]) {
      peerCount = lists.count
      counts = .allocate(capacity: peerCount)
      types = .allocate(capacity: peerCount)
      for (peer, blocks) in lists.enumerated() {
        (counts + peer).initialize(to: blocks.isEmpty ? 0 : 1)
        (types + peer).initialize(to: blocks.isEmpty ? ptrain_mpi_empty_type() : Self.type(blocks))
      }
    }

    private static func type(_ blocks: [MemoryBlock]) -> ptrain_mpi_type {
      let pieces = blocks.split(limit: mostBytes)
      return ptrain_mpi_make_type(
        Int32(pieces.count), pieces.map { Int32($0.byteCount) }, pieces.map { Int(bitPattern: $0.base) })
    }

    func release() {
      for peer in 0..<peerCount where counts[peer] != 0 { ptrain_mpi_free_type(types + peer) }
      counts.deallocate()
      types.deallocate()
    }
  }
#endif
