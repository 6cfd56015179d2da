import PTrainBench
import PTrainKernels
import Testing

@Suite struct MachineStateTests {
  private let states = [
    MachineState(lineNanoseconds: 60, oneCoreGigaflops: 90, allCoresGigaflops: 150),
    MachineState(lineNanoseconds: 40, oneCoreGigaflops: 95, allCoresGigaflops: 100),
    MachineState(lineNanoseconds: nil, oneCoreGigaflops: 80, allCoresGigaflops: 140),
  ]

  @Test func theBestStateTakesTheBestOfEachFigure() {
    #expect(
      MachineState.best(of: states)
        == MachineState(lineNanoseconds: 40, oneCoreGigaflops: 95, allCoresGigaflops: 150))
    #expect(MachineState.best(of: []) == nil)
  }

  @Test func lanesAreComparedWithWhatAsManyCoresReach() {
    let state = MachineState(lineNanoseconds: 40, oneCoreGigaflops: 90, allCoresGigaflops: 300)
    #expect(state.gigaflops(laneCount: 1, coreCount: 4) == 90)
    #expect(state.gigaflops(laneCount: 2, coreCount: 4) == 180)
    #expect(state.gigaflops(laneCount: 4, coreCount: 4) == 300)
    let shared = MachineState(lineNanoseconds: 40, oneCoreGigaflops: 90, allCoresGigaflops: 100)
    #expect(shared.gigaflops(laneCount: 2, coreCount: 4) == 100)
  }

  @Test func theProbeTellsPositiveRates() throws {
    let state = MachineProbe(try BLAS.load(), order: 64, coreCount: 2).state()
    #expect(state.oneCoreGigaflops > 0 && state.allCoresGigaflops > 0 && state.lineNanoseconds ?? 1 > 0)
  }
}
