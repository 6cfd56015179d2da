import PTrainKernels
import Testing

struct MagnitudeKernelTests {
  private static let special: [Float] = [-.infinity, .nan, -0x1p-149, -.greatestFiniteMagnitude, -0.0]

  /// The plain order: NaN above infinity above numbers.
  private static func greatest(_ values: [Float]) -> Float {
    if values.contains(where: \.isNaN) { return .nan }
    return values.map(\.magnitude).max() ?? 0
  }

  private static func isSame(_ first: Float, _ second: Float) -> Bool {
    first.isNaN && second.isNaN || first == second
  }

  @Test(arguments: 0...70)
  func everyPlaceIsSeen(count: Int) {
    let values = numbers(count, seed: 4)
    #expect(MagnitudeKernel.greatest(values, count: count) == Self.greatest(values))
    for index in 0..<count {
      for special in Self.special {
        var altered = values
        altered[index] = special
        let found = MagnitudeKernel.greatest(altered, count: count)
        #expect(Self.isSame(found, Self.greatest(altered)), "\(special) at \(index)")
      }
    }
  }

  @Test(arguments: 0...70)
  func reluBackwardTellsBothMagnitudes(count: Int) {
    let (output, delta) = (numbers(count, seed: 5).map { max($0, 0) }, numbers(count, seed: 6))
    for special in [1] + Self.special {
      var changed = delta
      if count > 0 { changed[count / 2] = special }
      let matrix = TestMatrix(1, count, changed)
      let found = ActivationKernel.reluBackward(output: output, delta: matrix.base, count: count)
      #expect(found.output == Self.greatest(output))
      #expect(Self.isSame(found.delta, Self.greatest(matrix.elements)))
    }
  }
}
