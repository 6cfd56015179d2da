import PTrainCore
import Testing

@testable import PTrainKernels

struct DenseKernelTests {
  struct Size: Sendable, CustomTestStringConvertible {
    let (rows, inputs, outputs): (Int, Int, Int)
    var testDescription: String { "\(rows) rows, \(inputs) → \(outputs)" }
  }

  static let sizes = (0...5).flatMap { rows in
    [1, 2, 3, 5, 8, 17].flatMap { inputs in
      [1, 2, 3, 7].map { Size(rows: rows, inputs: inputs, outputs: $0) }
    }
  }

  /// A sum of n products of factors within ±1, plus a bias: n + 1 terms, each up to 1, rounded up to
  /// n + 1 times (N. Higham, "Accuracy and stability of numerical algorithms", 2002, §3.1).
  static func tolerance(terms: Int) -> Double { Double((terms + 1) * (terms + 1)) * unitRoundoff }

  let blas: BLAS

  init() throws { blas = try BLAS.load() }

  /// Narrow layers are multiplied some rows at a time: one less, as many, one more and twice that.
  static let narrowSizes = [(32, 20), (40, 64), (33, 1)].flatMap { inputs, outputs in
    let step = DenseKernel.rowsAtOnce(inputs: inputs, outputs: outputs) ?? 0
    return [step - 1, step, step + 1, 2 * step].map { Size(rows: $0, inputs: inputs, outputs: outputs) }
  }

  @Test(arguments: sizes + narrowSizes, [true, false])
  func forwardEqualsThePlainLoops(size: Size, hasBias: Bool) {
    let x = TestMatrix(size.rows, size.inputs, numbers(size.rows * size.inputs, seed: 1))
    let w = TestMatrix(size.outputs, size.inputs, numbers(size.outputs * size.inputs, seed: 2))
    let b = TestMatrix(1, size.outputs, numbers(size.outputs, seed: 3))
    let z = TestMatrix(garbage: size.rows, size.outputs)
    DenseKernel.forward(blas, input: x.view, weight: w.view, bias: hasBias ? b.base : nil, output: z.view)
    let expected = pairs(size.rows, size.outputs) { row, output in
      let products = (0..<size.inputs).map { Double(x.view[row, $0]) * Double(w.view[output, $0]) }
      return products.reduce(hasBias ? Double(b.base[output]) : 0, +)
    }
    #expect(distance(z.elements, expected) <= Self.tolerance(terms: size.inputs))
    #expect(z.guardIsIntact)
  }

  @Test(arguments: sizes)
  func inputGradientEqualsThePlainLoops(size: Size) {
    let dz = TestMatrix(size.rows, size.outputs, numbers(size.rows * size.outputs, seed: 4))
    let w = TestMatrix(size.outputs, size.inputs, numbers(size.outputs * size.inputs, seed: 5))
    let dx = TestMatrix(garbage: size.rows, size.inputs)
    DenseKernel.inputGradient(blas, delta: dz.view, weight: w.view, inputDelta: dx.view)
    let expected = pairs(size.rows, size.inputs) { row, input in
      (0..<size.outputs).map { Double(dz.view[row, $0]) * Double(w.view[$0, input]) }.reduce(0, +)
    }
    #expect(distance(dx.elements, expected) <= Self.tolerance(terms: size.outputs))
    #expect(dx.guardIsIntact)
  }

  @Test(arguments: sizes)
  func weightAndBiasGradientsEqualThePlainLoops(size: Size) {
    let dz = TestMatrix(size.rows, size.outputs, numbers(size.rows * size.outputs, seed: 6))
    let x = TestMatrix(size.rows, size.inputs, numbers(size.rows * size.inputs, seed: 7))
    let dw = TestMatrix(garbage: size.outputs, size.inputs)
    let db = TestMatrix(garbage: 1, size.outputs)
    let all = 0..<size.outputs
    DenseKernel.weightGradient(blas, delta: dz.view, input: x.view, outputs: all, gradient: dw.base)
    DenseKernel.biasGradient(delta: dz.view, outputs: all, gradient: db.base)
    let expected = pairs(size.outputs, size.inputs) { output, input in
      (0..<size.rows).map { Double(dz.view[$0, output]) * Double(x.view[$0, input]) }.reduce(0, +)
    }
    let sums = all.map { output in (0..<size.rows).map { Double(dz.view[$0, output]) }.reduce(0, +) }
    #expect(distance(dw.elements, expected) <= Self.tolerance(terms: size.rows))
    #expect(distance(db.elements, sums) <= Self.tolerance(terms: size.rows))
    #expect(dw.guardIsIntact && db.guardIsIntact)
  }

  @Test(arguments: [0..<0, 0..<2, 1..<3, 2..<5, 5..<5], [0, 4])
  func partOfTheOutputsLeavesTheOthersAlone(outputs: Range<Int>, rows: Int) {
    let (inputs, count) = (3, 5)
    let dz = TestMatrix(rows, count, numbers(rows * count, seed: 8))
    let x = TestMatrix(rows, inputs, numbers(rows * inputs, seed: 9))
    let (whole, part) = (TestMatrix(garbage: count, inputs), TestMatrix(count, inputs, numbers(15, seed: 10)))
    let (wholeBias, partBias) = (TestMatrix(garbage: 1, count), TestMatrix(1, count, numbers(5, seed: 11)))
    let (before, biasBefore) = (part.elements, partBias.elements)
    DenseKernel.weightGradient(blas, delta: dz.view, input: x.view, outputs: 0..<count, gradient: whole.base)
    DenseKernel.weightGradient(blas, delta: dz.view, input: x.view, outputs: outputs, gradient: part.base)
    DenseKernel.biasGradient(delta: dz.view, outputs: 0..<count, gradient: wholeBias.base)
    DenseKernel.biasGradient(delta: dz.view, outputs: outputs, gradient: partBias.base)
    for index in 0..<(count * inputs) {
      let inside = outputs.contains(index / inputs)
      let expected = inside ? whole.elements[index] : before[index]
      let tolerance = inside ? Self.tolerance(terms: rows) : 0
      #expect(Double((part.elements[index] - expected).magnitude) <= tolerance)
    }
    for index in 0..<count {
      #expect(partBias.elements[index] == (outputs.contains(index) ? wholeBias.elements : biasBefore)[index])
    }
  }

  private func pairs(_ rows: Int, _ columns: Int, _ element: (Int, Int) -> Double) -> [Double] {
    (0..<rows).flatMap { row in (0..<columns).map { element(row, $0) } }
  }
}

/// Gradient and update in one product, against the two by themselves.
struct DescentTests {
  @Test func descendingSubtractsTheScaledGradientOfTheseOutputsAlone() throws {
    let blas = try BLAS.load()
    for (rows, inputs, outputs) in [(0, 3, 2), (1, 1, 1), (3, 5, 4), (20, 17, 9), (7, 33, 20)] {
      let delta = FloatBuffer((0..<(rows * outputs)).map { Float($0 % 7) / 8 - 0.25 })
      let input = FloatBuffer((0..<(rows * inputs)).map { Float($0 % 11) / 16 })
      let weights = (0..<((inputs + 1) * outputs)).map { Float($0 % 13) / 4 }
      let dz = delta.matrix(rows: rows, columns: outputs)
      let x = input.matrix(rows: rows, columns: inputs)
      let gradient = FloatBuffer(count: weights.count)
      let all = 0..<outputs
      DenseKernel.weightGradient(blas, delta: dz, input: x, outputs: all, gradient: gradient.base)
      DenseKernel.biasGradient(delta: dz, outputs: all, gradient: gradient.base + inputs * outputs)
      let chosen = outputs / 2..<outputs
      let updated = FloatBuffer(weights)
      DenseKernel.descend(
        blas, delta: dz, input: x, outputs: chosen, learningRate: 0.5, weight: updated.base)
      DenseKernel.descend(delta: dz, outputs: chosen, learningRate: 0.5, bias: updated.base + inputs * outputs)
      for place in weights.indices {
        let output = place < inputs * outputs ? place / inputs : place - inputs * outputs
        let expected = chosen.contains(output) ? weights[place] - 0.5 * gradient.base[place] : weights[place]
        // At most rows + 1 roundings of sums below 8.
        let tolerance = chosen.contains(output) ? Float(rows + 1) * 8 * 0x1p-24 : 0
        #expect(abs(updated.base[place] - expected) <= tolerance, "\(rows)×\(inputs)×\(outputs), \(place)")
      }
    }
  }
}
