import CKernels

/// The greatest absolute value of some numbers.
package enum MagnitudeKernel {
  /// max |x|, by the order of the bits: NaN if one is NaN, else infinite if one is, 0 of none.
  package static func greatest(_ numbers: UnsafePointer<Float>, count: Int) -> Float {
    Float(bitPattern: kernel_magnitude(numbers, count))
  }
}
