import CKernels
import Glibc
import PTrainCore

/// Activations y = f(x), elementwise, and their gradients dx = f′(x) · dy.
///
/// NaN stays NaN in all of them, so that a network that diverged shows it in its loss.
/// Each of them works in place: `output` may be `input`. The backward functions turn `delta` from dy
/// into dx in place, and read f′ off the output where it can be told from that.
package enum ActivationKernel {
  /// y = max(x, 0)
  ///
  /// - Parameter output: as many elements as `input`; overwritten.
  package static func relu(_ input: UnsafePointer<Float>, output: UnsafeMutablePointer<Float>, count: Int) {
    kernel_relu(input, output, count)
  }

  /// dx = dy where y > 0, else 0
  ///
  /// - Parameter delta: dy, becomes dx.
  /// - Returns: the greatest |y| and |dx|, see ``MagnitudeKernel``: a pass of its own over them would cost more.
  @discardableResult
  package static func reluBackward(
    output: UnsafePointer<Float>, delta: UnsafeMutablePointer<Float>, count: Int
  ) -> (output: Float, delta: Float) {
    let greatest = kernel_relu_backward(output, delta, count)
    return (Float(bitPattern: greatest.output), Float(bitPattern: greatest.delta))
  }

  /// y = 1 where x > 0, else 0
  ///
  /// - Parameter output: as many elements as `input`; overwritten.
  package static func step(_ input: UnsafePointer<Float>, output: UnsafeMutablePointer<Float>, count: Int) {
    for index in 0..<count {
      let x = input[index]
      output[index] = x > 0 ? 1 : (x <= 0 ? 0 : x)
    }
  }

  /// The straight-through gradient of the step, whose own is 0 almost everywhere: dx = dy where
  /// |x| ≤ 1, else 0 (Y. Bengio et al., arXiv:1308.3432, 2013; with the cut at 1, I. Hubara et al.,
  /// "Binarized neural networks", 2016).
  ///
  /// - Parameters:
  ///   - input: x; the output does not tell it.
  ///   - delta: dy, becomes dx.
  package static func stepBackward(input: UnsafePointer<Float>, delta: UnsafeMutablePointer<Float>, count: Int) {
    for index in 0..<count { delta[index] = input[index].magnitude <= 1 ? delta[index] : 0 }
  }

  /// y = 1 / (1 + e⁻ˣ), formed from e^−|x| so that nothing overflows
  ///
  /// - Parameter output: as many elements as `input`; overwritten.
  package static func sigmoid(_ input: UnsafePointer<Float>, output: UnsafeMutablePointer<Float>, count: Int) {
    for index in 0..<count {
      let x = input[index]
      let exponential = expf(-x.magnitude)
      output[index] = (x >= 0 ? 1 : exponential) / (1 + exponential)
    }
  }

  /// dx = dy · y · (1 − y)
  ///
  /// - Parameter delta: dy, becomes dx.
  package static func sigmoidBackward(output: UnsafePointer<Float>, delta: UnsafeMutablePointer<Float>, count: Int) {
    for index in 0..<count { delta[index] *= output[index] * (1 - output[index]) }
  }

  /// y = tanh x
  ///
  /// - Parameter output: as many elements as `input`; overwritten.
  package static func tanh(_ input: UnsafePointer<Float>, output: UnsafeMutablePointer<Float>, count: Int) {
    for index in 0..<count { output[index] = tanhf(input[index]) }
  }

  /// dx = dy · (1 − y²)
  ///
  /// - Parameter delta: dy, becomes dx.
  package static func tanhBackward(output: UnsafePointer<Float>, delta: UnsafeMutablePointer<Float>, count: Int) {
    for index in 0..<count { delta[index] *= 1 - output[index] * output[index] }
  }
}
