import PTrainCore
import PTrainKernels
import Testing

@testable import PTrainNetwork

/// What several lanes do on one workspace adds up to what one does.
struct RowRangeTests {
  static let model = Sequential(inputShape: [3, 3]) {
    Flatten()
    Dense(7, activation: .relu)
    Dropout(0.4)
    Dense(6, activation: .step)
    Dense(5, activation: .sigmoid)
    Dense(4, activation: .softmax)
  }
  static let mode = Network.Mode.training(seed: 3, step: 8)

  /// The parts differ from the whole by OpenBLAS's order of additions alone: see GradientTests.
  static let tolerance = GradientTests.tolerance

  static func bench() throws -> Bench { try Bench(model, loss: .sparseCategoricalCrossEntropy, rows: 9) }

  @Test(arguments: [[0, 9], [0, 4, 9], [0, 1, 2, 3, 4, 5, 6, 7, 8, 9], [0, 0, 5, 5, 9]])
  func partsAddUpToTheWhole(cuts: [Int]) throws {
    let (whole, parts) = (try Self.bench(), try Self.bench())
    let wholeSum = whole.run(0..<9, mode: Self.mode)
    var (sum, gradient) = (LossSum(), [Double](repeating: 0, count: parts.gradient.count))
    // Backwards, so that a part that reads rows not its own finds them unset.
    for (start, end) in zip(cuts, cuts.dropFirst()).reversed() {
      sum = sum + parts.run(start..<end, mode: Self.mode)
      for (index, element) in parts.gradient.copy().enumerated() { gradient[index] += Double(element) }
    }
    #expect(distance(parts.output, whole.output.map(Double.init)) <= Self.tolerance)
    #expect((sum.loss - wholeSum.loss).magnitude <= 9 * Self.tolerance)
    #expect(sum.correct == wholeSum.correct)
    #expect(distance(whole.gradient.copy(), gradient) <= Self.tolerance)
  }

  @Test func dropoutMaskDoesNotDependOnTheSplit() throws {
    let (whole, parts) = (try Self.bench(), try Self.bench())
    whole.run(0..<9, mode: Self.mode)
    for range in [5..<9, 0..<1, 1..<5] { parts.run(range, mode: Self.mode) }
    let (first, second) = (whole.workspace.masks[1].elements, parts.workspace.masks[1].elements)
    #expect(Array(first) == Array(second))
    #expect(Set(first) == [0, 1 / (1 - 0.4)])
  }

  @Test func noRowsGiveAZeroGradientAndTouchNothing() throws {
    let bench = try Self.bench()
    let sum = bench.run(4..<4, mode: Self.mode)
    #expect(sum == LossSum())
    let isZero = bench.gradient.copy().allSatisfy { $0 == 0 }
    #expect(isZero)
    let isUntouched = bench.workspace.outputs.allSatisfy { $0.elements.allSatisfy { $0 == 0 } }
    #expect(isUntouched)
  }

  @Test func rowsOfOthersAreNotTouched() throws {
    let bench = try Self.bench()
    for matrix in bench.workspace.outputs + bench.workspace.deltas { matrix.elements.update(repeating: .nan) }
    bench.run(3..<5, mode: Self.mode)
    for matrix in bench.workspace.outputs + bench.workspace.deltas {
      let others = [matrix.rows(0..<3), matrix.rows(5..<9)].flatMap { Array($0.elements) }
      let areNaN = others.allSatisfy(\.isNaN)
      #expect(areNaN)
    }
    let isComplete = bench.gradient.copy().allSatisfy(\.isFinite)
    #expect(isComplete)
  }

  /// The pieces of the fused reduction: deltas by row ranges, then gradients by outputs over all rows.
  @Test func deltasByRowsAndGradientsByOutputsGiveTheWhole() throws {
    let (whole, parts) = (try Self.bench(), try Self.bench())
    whole.run(0..<9, mode: Self.mode)
    let network = parts.network
    for rows in [0..<4, 4..<9] {
      network.forward(parameters: parts.parameters.base, workspace: parts.workspace, rows: rows, mode: Self.mode)
      _ = network.loss(parts.workspace, rows: rows, gradientScale: 1 / 9)
      network.propagateDeltas(parameters: parts.parameters.base, workspace: parts.workspace, rows: rows)
    }
    for dense in network.denseStages {
      for outputs in [0..<3, 3..<dense.outputs] {
        network.formGradient(
          of: dense, outputs: outputs, workspace: parts.workspace, rows: 0..<9, gradient: parts.gradient.base)
      }
    }
    #expect(distance(parts.gradient.copy(), whole.gradient.copy().map(Double.init)) <= Self.tolerance)
  }

  @Test func deltasBeforeTheFirstDenseLayerAreNotFormed() throws {
    let model = Sequential(inputShape: [4]) {
      Dropout(0.5)
      Activation(.tanh)
      Dense(3, activation: .softmax)
    }
    let bench = try Bench(model, loss: .sparseCategoricalCrossEntropy, rows: 2)
    bench.run(0..<2, mode: Self.mode)
    let areZero = bench.workspace.deltas[0..<2].allSatisfy { $0.elements.allSatisfy { $0 == 0 } }
    #expect(areZero)
  }

  @Test func divergedParametersShowInTheLoss() throws {
    for function in ActivationFunction.allCases {
      let model = Sequential(inputShape: [4]) {
        Dense(3, activation: function)
        Dense(3, activation: .softmax)
      }
      let bench = try Bench(model, loss: .sparseCategoricalCrossEntropy, rows: 2)
      bench.parameters.base[0] = .nan
      #expect(!bench.run(0..<2).loss.isFinite, "\(function)")
    }
  }
}
