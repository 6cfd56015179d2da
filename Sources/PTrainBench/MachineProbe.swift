import PTrainCore
import PTrainKernels
import PTrainParallel

/// The state of a machine whose cores are moved about by its host, at one moment.
package struct MachineState: Equatable, Sendable {
  /// A cache line's way from core to core; `nil` on one core.
  package let lineNanoseconds: Double?
  /// 10⁹ operations a second of a large matrix product on one core.
  package let oneCoreGigaflops: Double
  /// The same on all cores at once, summed.
  package let allCoresGigaflops: Double

  package init(lineNanoseconds: Double?, oneCoreGigaflops: Double, allCoresGigaflops: Double) {
    self.lineNanoseconds = lineNanoseconds
    self.oneCoreGigaflops = oneCoreGigaflops
    self.allCoresGigaflops = allCoresGigaflops
  }

  /// The best of each figure, as minima of times are compared with it; `nil` without states.
  package static func best(of states: [MachineState]) -> MachineState? {
    guard let first = states.first else { return nil }
    return states.dropFirst().reduce(first) { best, state in
      MachineState(
        lineNanoseconds: [best.lineNanoseconds, state.lineNanoseconds].compactMap(\.self).min(),
        oneCoreGigaflops: max(best.oneCoreGigaflops, state.oneCoreGigaflops),
        allCoresGigaflops: max(best.allCoresGigaflops, state.allCoresGigaflops))
    }
  }

  /// The rate that `laneCount` of `coreCount` cores could reach.
  package func gigaflops(laneCount: Int, coreCount: Int) -> Double {
    if laneCount <= 1 { return oneCoreGigaflops }
    return laneCount >= coreCount
      ? allCoresGigaflops : min(allCoresGigaflops, Double(laneCount) * oneCoreGigaflops)
  }
}

/// Measures ``MachineState``, in about 100 ms.
package final class MachineProbe {
  private static let repetitions = 2
  private let products: [SquareProduct]

  /// - Parameter order: rows and columns of the matrices.
  package init(_ blas: BLAS, order: Int = 1024, coreCount: Int = ProcessorAffinity.availableCores()) {
    products = (0..<coreCount).map { _ in SquareProduct(blas, order: order) }
  }

  package func state() -> MachineState {
    let oneCore = gigaflops(coreCount: 1) ?? 0
    return MachineState(
      lineNanoseconds: products.count > 1 ? LinePingPong.oneWayNanoseconds() : nil,
      oneCoreGigaflops: oneCore, allCoresGigaflops: gigaflops(coreCount: products.count) ?? oneCore)
  }

  /// `nil` if the system has no thread for each core.
  private func gigaflops(coreCount: Int) -> Double? {
    let products = products
    let seconds = Crew.run(coreCount) { core in
      for _ in 0..<Self.repetitions { products[core].multiply() }
    }
    return seconds.map { Double(coreCount * Self.repetitions) * products[0].gigaOperations / $0 }
  }
}

/// C = A · B of square matrices.
private final class SquareProduct: @unchecked Sendable {
  // Sendable: one thread uses it at a time.
  private let blas: BLAS
  private let order: Int
  private let factors: FloatBuffer
  private let product: FloatBuffer

  init(_ blas: BLAS, order: Int) {
    self.blas = blas
    self.order = order
    factors = FloatBuffer(count: 2 * order * order)
    product = FloatBuffer(count: order * order)
    for index in 0..<factors.count { factors.base[index] = Float(index & 7) * 0.125 }
    multiply()
  }

  var gigaOperations: Double { 2e-9 * Double(order * order * order) }

  func multiply() {
    DenseKernel.inputGradient(
      blas, delta: factors.matrix(rows: order, columns: order),
      weight: factors.matrix(offset: order * order, rows: order, columns: order),
      inputDelta: product.matrix(rows: order, columns: order))
  }
}
