import PTrainParallel
import Testing

struct EvenPartitionTests {
  @Test func partsCoverEverythingOnceInOrderAndEvenly() {
    for count in 0...40 {
      for parts in 1...45 {
        let ranges = EvenPartition(count: count, parts: parts).ranges
        #expect(ranges.flatMap { Array($0) } == Array(0..<count), "\(count) in \(parts)")
        let lengths = ranges.map(\.count)
        #expect((lengths.max() ?? 0) - (lengths.min() ?? 0) <= 1, "\(count) in \(parts)")
      }
    }
  }

  @Test func filledMicrobatchesComeFirst() {
    for batchSize in 0...9 {
      for count in 1...12 {
        let plan = MicrobatchPlan(batchSize: batchSize, count: count)
        for index in 0..<count {
          #expect(plan[index].isEmpty == (index >= plan.filledCount), "\(batchSize) in \(count), \(index)")
        }
      }
    }
  }

  @Test func slicesCoverEverythingOnceAndStartOnCacheLines() {
    for count in [0, 1, 15, 16, 17, 31, 160, 161, 16_330] {
      for sliceCount in 1...20 {
        let plan = SlicePlan(count: count, sliceCount: sliceCount)
        #expect(plan.sliceCount <= sliceCount)
        #expect(plan.ranges.flatMap { Array($0) } == Array(0..<count), "\(count) in \(sliceCount)")
        #expect(plan.ranges.allSatisfy { $0.lowerBound % SlicePlan.lineCount == 0 })
      }
    }
  }
}

struct PhaseCycleTests {
  @Test func doneCountAndPlaceAgree() {
    for taskCounts in [[1], [3], [1, 1], [8, 2], [2, 5, 1]] {
      let cycle = PhaseCycle(taskCounts: taskCounts)
      var place = PhaseCycle.Place(cycle: 0, phase: 0)
      var done = 0
      for _ in 0..<(3 * taskCounts.count) {
        for finished in 0..<taskCounts[place.phase] {
          #expect(cycle.place(done: done + finished) == place, "\(taskCounts), \(done) + \(finished)")
        }
        done += taskCounts[place.phase]
        #expect(cycle.doneAfter(place) == done, "\(taskCounts), \(place)")
        place = cycle.next(after: place)
      }
    }
  }
}
