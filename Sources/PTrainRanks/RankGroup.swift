import Glibc
import PTrainCore

/// Processes that train one job together: this one, its number among them, and the way to the others.
///
/// All ranks make the same calls in the same order: ``gather(_:)``, ``broadcast(_:root:)``, runs of exchanges and
/// ``leave()``. Nothing is ever added up on the way; ranks hand over operands, and each sums in the order of the job.
package final class RankGroup: Sendable {
  /// This process alone; every exchange is over at once.
  package static let alone = RankGroup(nil)

  /// This process among all, from 0.
  package let rank: Int
  /// How many processes there are, at least 1.
  package let count: Int
  /// The name of the machine that this process runs on.
  package let hostName: String
  let communicator: Communicator?

  private init(_ communicator: Communicator?) {
    rank = communicator?.rank ?? 0
    count = communicator?.count ?? 1
    hostName = Self.currentHostName()
    self.communicator = communicator
  }

  package var isAlone: Bool { count == 1 }

  /// Joins the processes that an MPI launcher started with this one; ``alone`` if none did.
  ///
  /// - Throws: ``RanksError`` if there are others that this process can't join.
  package static func join() throws(RanksError) -> RankGroup {
    try join(LauncherEnvironment.current)
  }

  static func join(_ launcher: LauncherEnvironment) throws(RanksError) -> RankGroup {
    guard launcher.isLaunched else { return alone }
    #if MPI
      return try RankGroup(Communicator { () throws(RanksError) in try MPITransport(launcher) })
    #else
      guard launcher.leastSize == 1 else { throw .builtWithoutMPI(launched: launcher.leastSize) }
      return alone
    #endif
  }

  /// Ranks that are threads of this process, for tests.
  package static func local(count: Int) throws(RanksError) -> [RankGroup] {
    let hub = LocalHub(count: count)
    var groups: [RankGroup] = []
    for rank in 0..<count {
      groups.append(RankGroup(try Communicator { () throws(RanksError) in LocalTransport(hub, rank: rank) }))
    }
    return groups
  }

  /// Waits for all ranks, and ends MPI in good order. Nothing can be exchanged any more.
  package func leave() { communicator?.leave() }

  /// Ends all ranks at once, and the whole job with this code.
  package func abort(code: Int32) -> Never {
    guard let communicator else { exit(code) }
    communicator.abort(code: code)
    // The communicating thread ends the process. Where it hangs in the network, the launcher notices this exit.
    sleep(secondsUntilExit)
    _exit(code)
  }

  private let secondsUntilExit: UInt32 = 5

  private static func currentHostName() -> String {
    var name = [CChar](repeating: 0, count: 256)
    guard gethostname(&name, name.count - 1) == 0 else { return "unknown" }
    return name.withUnsafeBufferPointer { $0.baseAddress.map { String(cString: $0) } ?? "unknown" }
  }
}

extension RankGroup: Equatable {
  package static func == (first: RankGroup, second: RankGroup) -> Bool { first === second }
}
