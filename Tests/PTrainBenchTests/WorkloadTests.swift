import PTrainBench
import Testing

@Suite struct WorkloadTests {
  @Test func namesDiffer() {
    #expect(Set(Workload.all.map(\.name)).count == Workload.all.count)
  }
}
