/// A reader of what comes from outside, as a function of bytes.
///
/// Whatever the bytes are, it ends in a typed error or in a well-formed result: a trap, a hang or an allocation out of
/// proportion is a finding. Formats with checksums are also given bytes under valid ones, or mutations would seldom
/// get past them: the first byte says what stands around the others, see each reader.
package enum FuzzTarget: String, CaseIterable, Sendable {
  case idx, gzip, csv, description, shard, safetensors, checkpoint, h5, keras, npz, png, settings, history
  case values, arguments

  /// The largest input that makes sense, in bytes: what is slow to read teaches little.
  package var largestInput: Int {
    switch self {
    case .png: 768
    case .values, .settings: 256
    case .arguments: 512
    case .h5, .keras: 16384
    default: 4096
    }
  }

  package func run(_ bytes: [UInt8]) {
    switch self {
    case .idx: FuzzedData.idx(bytes)
    case .gzip: FuzzedData.gzip(bytes)
    case .csv: FuzzedData.csv(bytes)
    case .description: FuzzedData.description(bytes)
    case .shard: FuzzedData.shard(bytes)
    case .png: FuzzedData.png(bytes)
    case .safetensors: FuzzedModels.safetensors(bytes)
    case .checkpoint: FuzzedModels.checkpoint(bytes)
    case .h5: FuzzedModels.h5(bytes)
    case .keras: FuzzedModels.keras(bytes)
    case .npz: FuzzedModels.npz(bytes)
    case .settings: FuzzedRuns.settings(bytes)
    case .history: FuzzedRuns.history(bytes)
    case .values: FuzzedRuns.values(bytes)
    case .arguments: FuzzedRuns.arguments(bytes)
    }
  }
}

/// The error of `body` is what a finding is not: it only has to have a text.
func attempt<Failure: Error>(_ body: () throws(Failure) -> Void) {
  do throws(Failure) { try body() } catch { touch("\(error)") }
}

/// Keeps the optimiser from dropping what was read.
@inline(never) func touch(_ value: some Any) {}
