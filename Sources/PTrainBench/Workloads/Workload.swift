/// A piece of ptrain's work by itself, for a benchmark to repeat: what the package in `Benchmarks/` times.
public struct Workload: Sendable {
  public let name: String
  private let makeBody: @Sendable () throws -> () throws -> Void

  init(_ name: String, _ makeBody: @escaping @Sendable () throws -> () throws -> Void) {
    self.name = name
    self.makeBody = makeBody
  }

  /// Makes what the work needs, its input included, which is not to be timed.
  ///
  /// - Returns: the work, once for each call.
  public func prepared() throws -> () throws -> Void { try makeBody() }

  /// Every piece, in the order in which a run meets them.
  public static let all: [Workload] =
    [shardDecode, gather(rows: 20), gather(rows: 1024)]
    + [products(batchSize: 20, widths: referenceWidths), products(batchSize: 128, widths: midWidths)]
    + [gradientSum(blocks: 2), gradientSum(blocks: 8)]
    + [sgdUpdate, momentumUpdate, adamUpdate, checkpointWrite, checkpointRead]

  static let referenceWidths = [784, 20, 20, 10]
  static let midWidths = [784, 512, 512, 10]
}
