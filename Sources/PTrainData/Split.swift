import PTrainCore

/// Which samples are trained on and which are set apart for validation.
///
/// The validation samples are the last round(count × fraction) ones, as in Keras: chosen before any
/// shuffle, by number alone, and never changed during a job.
public struct Split: Equatable, Sendable {
  public let training: Range<Int>
  /// Empty for the fraction 0.
  public let validation: Range<Int>

  /// - Throws: ``DatasetError/invalidOption(name:value:expected:)`` unless 0 ≤ `validationFraction` < 1 and
  ///   at least one training sample is left.
  /// - Precondition: `count` ≥ 0.
  public init(count: Int, validationFraction: Double) throws(DatasetError) {
    precondition(count >= 0, "\(count) samples")
    guard validationFraction >= 0, validationFraction < 1 else {
      throw .invalidOption(name: "the validation split", value: "\(validationFraction)", expected: "0 ≤ split < 1")
    }
    let validationCount = Int((Double(count) * validationFraction).rounded())
    guard validationCount < count else {
      throw .invalidOption(
        name: "the validation split", value: "\(validationFraction) of \(count) samples",
        expected: "at least one sample to train on")
    }
    training = 0..<(count - validationCount)
    validation = training.upperBound..<count
  }
}
