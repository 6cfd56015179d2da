import CKernels
import PTrainCore

/// Stored samples to numbers to compute with.
package enum ConversionKernel {
  /// output = Float(bytes) · scale + offset
  ///
  /// - Parameters:
  ///   - bytes: one row.
  ///   - output: as many elements; overwritten.
  package static func convert(
    _ bytes: UnsafeBufferPointer<UInt8>, scale: Float, offset: Float, output: UnsafeMutableBufferPointer<Float>
  ) {
    precondition(bytes.count == output.count, "\(bytes.count) bytes for \(output.count) elements")
    guard let source = bytes.baseAddress, let target = output.baseAddress else { return }
    kernel_convert(source, scale, offset, target, bytes.count)
  }
}
