import PTrainRanks

/// What a group of ranks must do, as each of them does it; the same for threads of one process and for processes.
package enum RankTrials {
  /// Runs exchanges of random shapes, one after the other and two at a time.
  ///
  /// - Returns: what came wrongly to this rank.
  package static func exchanges(_ group: RankGroup, seeds: Range<UInt64>, runCount: Int) -> [String] {
    seeds.flatMap { seed in
      let first = ExchangeTrial(group, seed: 2 * seed)
      let second = ExchangeTrial(group, seed: 2 * seed + 1)
      return (0..<runCount).flatMap { run in
        first.begin()
        if run % 3 == 0 { return first.end() }
        second.begin()
        return run % 3 == 1 ? second.end() + first.end() : first.end() + second.end()
      }
    }
  }

  /// Gathers and broadcasts bytes of lengths that differ from rank to rank, none among them.
  ///
  /// - Returns: what came wrongly to this rank.
  package static func collectives(_ group: RankGroup) -> [String] {
    func bytes(_ rank: Int, _ round: Int) -> [UInt8] {
      let length = (rank * 7 + round * 13) % 4 * (round % 2 == 0 ? 11 : 50_000)
      return (0..<length).map { UInt8(truncatingIfNeeded: $0 &* 31 + rank * 5 + round) }
    }
    return (0..<8).flatMap { round in
      let root = round % group.count
      let gathered = group.gather(bytes(group.rank, round))
      let told = group.broadcast(bytes(group.rank, round), root: root)
      return (gathered == (0..<group.count).map { bytes($0, round) } ? [] : ["round \(round): gathered otherwise"])
        + (told == bytes(root, round) ? [] : ["round \(round): rank \(root) told otherwise"])
    }
  }
}
