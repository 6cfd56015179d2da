import PTrainCore
import PTrainNetwork

/// Between Keras's kernels, `[inputs, outputs]`, and ptrain's weights, `[outputs, inputs]`.
enum KerasWeights {
  /// The parameter block of `plan`'s model.
  ///
  /// - Parameters:
  ///   - fileBytes: of the file that holds the numbers; a model with more of them is refused before it is built.
  ///   - objects: the data sets of dense layer number `index`: kernel, and bias if it has one.
  static func parameters(
    _ plan: ModelPlan, fileBytes: Int, objects: (_ index: Int) throws(KerasFileError) -> [HDF5Object]
  ) throws(KerasFileError) -> [Float] {
    // Data sets may share their place in a file: without the check, a small one could ask for any memory.
    guard plan.layout.count <= fileBytes / 4 else {
      throw .malformed(
        found: "a file of \(fileBytes) bytes for a model of \(plan.layout.count) parameters",
        expected: "4 bytes or more for each")
    }
    var parameters: [Float] = []
    parameters.reserveCapacity(plan.layout.count)
    for (index, layer) in plan.denseLayers.enumerated() {
      guard let weight = layer.weight else { continue }
      let objects = try objects(index)
      guard objects.count == (layer.bias == nil ? 1 : 2) else {
        throw .malformed(
          found: "\(objects.count) weights of dense layer number \(index + 1)",
          expected: layer.bias == nil ? "a kernel" : "a kernel and a bias")
      }
      let extents = weight.shape.dimensions.reversed()
      let kernel = try objects[0].floats(shape(Array(extents)), called: "the kernel of \(layer.name)")
      parameters += transposed(kernel, rows: extents.first ?? 1)
      if let bias = layer.bias { parameters += try objects[1].floats(bias.shape, called: "the bias of \(layer.name)") }
    }
    return parameters
  }

  /// The data sets of each dense layer as Keras has them: the kernel, and the bias if there is one.
  static func arrays(_ plan: ModelPlan, _ parameters: [Float]) -> [[HDF5Array]] {
    plan.denseLayers.map { layer in
      var arrays: [HDF5Array] = []
      if let weight = layer.weight {
        let values = transposed(Array(parameters[weight.range]), rows: weight.shape.dimensions.first ?? 1)
        arrays.append(HDF5Array(shape: weight.shape.dimensions.reversed(), values: values))
      }
      if let bias = layer.bias {
        arrays.append(HDF5Array(shape: bias.shape.dimensions, values: Array(parameters[bias.range])))
      }
      return arrays
    }
  }

  private static func shape(_ dimensions: [Int]) throws(KerasFileError) -> Shape {
    try rethrowing { () throws(ShapeError) in try Shape(dimensions) }
  }

  /// The transpose of a row-major matrix with `rows` rows.
  static func transposed(_ matrix: [Float], rows: Int) -> [Float] {
    let columns = matrix.count / max(rows, 1)
    return [Float](unsafeUninitializedCapacity: matrix.count) { target, count in
      for row in 0..<rows {
        for column in 0..<columns { target[column * rows + row] = matrix[row * columns + column] }
      }
      count = rows * columns
    }
  }
}

extension ModelPlan {
  /// The layers with parameters.
  var denseLayers: [PlannedLayer] { layers.filter { $0.weight != nil } }
}
