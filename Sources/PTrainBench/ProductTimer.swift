import PTrainCore
import PTrainKernels

/// Times a network's matrix products on one core, at the shapes that lanes meet: thin products run at another rate
/// than large ones.
struct ProductTimer {
  let blas: BLAS

  /// Seconds of the busiest lane's products in a step of `shape`.
  func seconds(_ shape: StepShape) -> Double {
    zip(shape.widths, shape.widths.dropFirst()).enumerated().reduce(0) { total, layer in
      let products = LayerProducts(blas, rows: shape.batchSize, inputs: layer.element.0, outputs: layer.element.1)
      return total + seconds(products, isFirst: layer.offset == 0, shape)
    }
  }

  private func seconds(_ products: LayerProducts, isFirst: Bool, _ shape: StepShape) -> Double {
    let rounds = Double(shape.rounds)
    let rows = shape.rows
    if isFirst, shape.firstLayerTasks > 0 {
      let slice = (products.outputs + shape.firstLayerTasks - 1) / shape.firstLayerTasks
      return Double(shape.firstLayerRounds) * Self.time { products.forward(rows: shape.batchSize, outputs: slice) }
        + gradientSlice(products, shape)
    }
    let forward = Self.time { products.forward(rows: rows, outputs: products.outputs) }
    let back = isFirst ? 0 : Self.time { products.back(rows: rows) }
    guard shape.writesGradients else { return rounds * (forward + back) + gradientSlice(products, shape) }
    return rounds * (forward + back + Self.time { products.gradient(rows: rows, outputs: products.outputs) })
  }

  /// Seconds of a lane's slice of the outputs, over the whole minibatch.
  private func gradientSlice(_ products: LayerProducts, _ shape: StepShape) -> Double {
    let slice = (products.outputs + shape.laneCount - 1) / shape.laneCount
    return Self.time { products.gradient(rows: shape.batchSize, outputs: slice) }
  }

  /// The fastest of several runs of `body`, in seconds.
  private static func time(_ body: () -> Void) -> Double {
    let probeSeconds = 0.02
    body()
    let begin = MonotonicClock.nanoseconds()
    var fastest = Double.infinity
    repeat {
      let start = MonotonicClock.nanoseconds()
      body()
      fastest = min(fastest, MonotonicClock.seconds(since: start))
    } while MonotonicClock.seconds(since: begin) < probeSeconds
    return fastest
  }
}

/// A dense layer's three products, on numbers that mean nothing.
private final class LayerProducts {
  let outputs: Int
  private let inputs: Int
  private let blas: BLAS
  private let input: FloatBuffer
  private let inputDelta: FloatBuffer
  private let output: FloatBuffer
  private let weight: FloatBuffer
  private let gradient: FloatBuffer

  init(_ blas: BLAS, rows: Int, inputs: Int, outputs: Int) {
    self.blas = blas
    self.inputs = inputs
    self.outputs = outputs
    input = FloatBuffer(count: rows * inputs)
    inputDelta = FloatBuffer(count: rows * inputs)
    output = FloatBuffer(count: rows * outputs)
    weight = FloatBuffer(count: inputs * outputs)
    gradient = FloatBuffer(count: inputs * outputs)
    input.base.update(repeating: 0.5, count: input.count)
  }

  /// Of the first `outputs` outputs.
  func forward(rows: Int, outputs: Int) {
    DenseKernel.forward(
      blas, input: input.matrix(rows: rows, columns: inputs),
      weight: weight.matrix(rows: self.outputs, columns: inputs), bias: nil, outputs: 0..<outputs,
      output: output.matrix(rows: rows, columns: self.outputs))
  }

  func back(rows: Int) {
    DenseKernel.inputGradient(
      blas, delta: output.matrix(rows: rows, columns: outputs), weight: weight.matrix(rows: outputs, columns: inputs),
      inputDelta: inputDelta.matrix(rows: rows, columns: inputs))
  }

  /// Of the first `outputs` outputs.
  func gradient(rows: Int, outputs: Int) {
    DenseKernel.weightGradient(
      blas, delta: output.matrix(rows: rows, columns: self.outputs),
      input: input.matrix(rows: rows, columns: inputs), outputs: 0..<outputs, gradient: gradient.base)
  }
}
