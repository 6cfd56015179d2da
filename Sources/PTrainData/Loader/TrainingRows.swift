import CProcessor
import PTrainCore
import PTrainKernels

/// The training samples in the order of an epoch, gathered by all lanes at once.
///
/// The order belongs to the job, not to the way in which rows are kept: with the same ``SampleOrder``,
/// cached and streamed rows are the same.
package protocol TrainingRows: AnyObject, Sendable {
  /// Gets ready for `epoch` from its `position`-th sample on. Called between two runs of a team, and as
  /// early as possible: the loader's own thread, if there is one, starts to decode.
  func begin(epoch: Int, at position: Int) throws(DatasetError)

  /// Converts samples to rows of the network's input.
  ///
  /// - Parameters:
  ///   - positions: which samples, counted in the epoch's order.
  ///   - minibatchStart: the position at which the minibatch of `positions` begins. All samples before
  ///     it have been gathered by then.
  ///   - input: `[positions, sample elements]`; overwritten.
  ///   - labels: `[positions]`; overwritten.
  func gather(
    _ positions: Range<Int>, minibatchStart: Int, into input: MatrixView, labels: UnsafeMutableBufferPointer<Int32>,
    by reader: LaneReader
  ) throws(DatasetError)

  /// Ends the loader's own thread, if there is one.
  func end()
}

/// How stored bytes become a network's input: `value × scale + offset`.
package struct RowConversion: Sendable {
  package let scale: Float
  package let offset: Float
  package let elementCount: Int

  /// Bytes of a cache line.
  private static let lineBytes = 64

  package init(_ description: DatasetDescription) {
    self.init(description.normalisation, elementCount: description.sampleShape.elementCount)
  }

  package init(_ normalisation: DatasetDescription.Normalisation, elementCount: Int) {
    scale = Float(normalisation.scale)
    offset = Float(normalisation.offset)
    self.elementCount = elementCount
  }

  /// What no converted element exceeds: the conversion is monotone, so it is greatest at the ends.
  package var greatestMagnitude: Float { max(offset.magnitude, (255 * scale + offset).magnitude) }

  package func convert(_ bytes: UnsafePointer<UInt8>, into row: UnsafeMutablePointer<Float>) {
    convert(
      UnsafeBufferPointer(start: bytes, count: elementCount),
      into: UnsafeMutableBufferPointer(start: row, count: elementCount))
  }

  /// - Precondition: `bytes` and `row` have ``elementCount`` elements.
  package func convert(_ bytes: UnsafeBufferPointer<UInt8>, into row: UnsafeMutableBufferPointer<Float>) {
    ConversionKernel.convert(bytes, scale: scale, offset: offset, output: row)
  }

  /// Asks for a row that the next minibatch will convert: gathering costs a third when it is in the cache.
  package func prefetch(_ bytes: UnsafePointer<UInt8>) {
    for offset in stride(from: 0, to: elementCount, by: Self.lineBytes) { processor_prefetch(bytes + offset) }
  }
}
