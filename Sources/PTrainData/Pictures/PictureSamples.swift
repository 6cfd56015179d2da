import Dispatch
import PTrainCore
import PTrainImages

/// Pictures that are read, decoded and scaled when they are asked for: only their names lie in memory.
package struct PictureSamples: Sendable {
  private let paths: [String]
  private let sampleBytes: Int
  private let sample: @Sendable (PixelImage, String) throws(DatasetError) -> PixelImage

  /// - Parameter sample: makes of a picture, of the file named, one of `sampleBytes` values.
  package init(
    _ paths: [String], sampleBytes: Int,
    sample: @escaping @Sendable (PixelImage, String) throws(DatasetError) -> PixelImage
  ) {
    self.paths = paths
    self.sampleBytes = sampleBytes
    self.sample = sample
  }

  /// Writes the samples with the numbers `samples` one after the other, on all cores at once.
  ///
  /// - Precondition: `rows` has room for all of them.
  package func gather(_ samples: [UInt32], into rows: UnsafeMutableRawBufferPointer) throws(DatasetError) {
    let job = GatherJob(samples: self, numbers: samples, rows: rows)
    DispatchQueue.concurrentPerform(iterations: samples.count) { job.perform($0) }
    if let error = job.failure.error { throw error }
  }

  fileprivate func copy(_ number: UInt32, to row: UnsafeMutableRawBufferPointer) throws(DatasetError) {
    let path = paths[Int(number)]
    let picture = try sample(try PictureFormat.read(path), path)
    precondition(picture.pixels.count == sampleBytes, "\(picture.pixels.count) values for \(sampleBytes)")
    row.copyBytes(from: picture.pixels)
  }

  /// One call of ``gather(_:into:)``.
  private final class GatherJob: @unchecked Sendable {
    // Sendable: each iteration writes a row of its own.
    let failure = FirstError<DatasetError>()
    private let samples: PictureSamples
    private let numbers: [UInt32]
    private let rows: UnsafeMutableRawBufferPointer

    init(samples: PictureSamples, numbers: [UInt32], rows: UnsafeMutableRawBufferPointer) {
      self.samples = samples
      self.numbers = numbers
      self.rows = rows
    }

    func perform(_ row: Int) {
      guard !failure.isReadable else { return }
      let range = (row * samples.sampleBytes)..<((row + 1) * samples.sampleBytes)
      do throws(DatasetError) {
        try samples.copy(numbers[row], to: UnsafeMutableRawBufferPointer(rebasing: rows[range]))
      } catch {
        failure.record(error)
      }
    }
  }
}
