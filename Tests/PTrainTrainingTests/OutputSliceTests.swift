import PTrainNetwork
import Testing

@testable import PTrainTraining

struct OutputSliceTests {
  private static func stages(_ widths: [Int]) throws -> [DenseStage] {
    var model = Sequential(inputShape: [widths[0]])
    for width in widths.dropFirst() { model.add(Dense(width)) }
    return try Network(model, loss: .meanSquaredError).denseStages
  }

  @Test(arguments: [[784, 20, 20, 10], [784, 512, 512, 10], [4, 3], [5000, 1, 5000], [16, 2048, 16]])
  func slicesHoldEachParameterOnce(widths: [Int]) throws {
    let stages = try Self.stages(widths)
    let parameters = zip(widths, widths.dropFirst()).reduce(0) { $0 + ($1.0 + 1) * $1.1 }
    for sliceCount in 1...70 {
      let slices = OutputSlice.plan(stages, sliceCount: sliceCount)
      let trace = "\(widths) in \(sliceCount)"
      #expect((1...sliceCount).contains(slices.count), "\(trace)")
      #expect(slices.allSatisfy { !$0.isEmpty }, "\(trace)")
      let ranges = slices.joined().flatMap(\.ranges).sorted { $0.lowerBound < $1.lowerBound }
      let ends = ranges.map(\.upperBound)
      #expect(ranges.map(\.lowerBound) == [0] + ends.dropLast(), "\(trace)")
      #expect(ends.last == parameters, "\(trace)")
    }
  }

  private func firstLayer(_ widths: [Int], _ count: Int, batchSize: Int = 128) throws -> [Range<Int>] {
    OutputSlice.firstLayer(
      of: OutputSlice.plan(try Self.stages(widths), sliceCount: count), batchSize: batchSize, microbatchCount: count)
  }

  @Test func theFirstLayerIsSlicedWhereItHoldsMostParametersAndIsCut() throws {
    #expect(try firstLayer([784, 20, 20, 10], 1).isEmpty)
    for sliceCount in 2...4 {
      let outputs = try firstLayer([784, 20, 20, 10], sliceCount)
      #expect(outputs.count == sliceCount)
      #expect(outputs.flatMap { Array($0) } == Array(0..<20))
    }
    #expect(try firstLayer([784, 512, 512, 10], 8, batchSize: 8 * 65).isEmpty)
  }

  @Test func aWideFirstLayerIsCutEvenlyWhereMicrobatchesAreThin() throws {
    #expect(try firstLayer([784, 512, 512, 10], 2) == [0..<256, 256..<512])
    #expect(try firstLayer([784, 512, 512, 10], 2, batchSize: 129) == [0..<256, 256..<512])
    #expect(try firstLayer([784, 512, 512, 10], 2, batchSize: 130).isEmpty)
    #expect(try firstLayer([784, 512, 512, 10], 1).isEmpty)
    let many = try firstLayer([784, 512, 512, 10], 64)
    #expect(many.count == 16 && many.allSatisfy { $0.count == 32 } && many.last?.upperBound == 512)
  }

  @Test func slicesOfTheReferenceModelAreEven() throws {
    for sliceCount in 2...4 {
      let slices = OutputSlice.plan(try Self.stages([784, 20, 20, 10]), sliceCount: sliceCount)
      let sizes = slices.map { $0.reduce(0) { $0 + $1.ranges.reduce(0) { $0 + $1.count } } }
      #expect(sizes.count == sliceCount)
      #expect(sizes.allSatisfy { abs($0 - 16_330 / sliceCount) < 1200 }, "\(sizes)")
    }
  }
}
