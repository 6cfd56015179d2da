import Benchmark
import PTrainBench

/// ptrain's pieces by themselves; `ptrain bench` times whole epochs.
let benchmarks: @Sendable () -> Void = {
  let configuration = Benchmark.Configuration(
    metrics: [.wallClock, .throughput], warmupIterations: 3, maxDuration: .seconds(2), maxIterations: 10_000)
  for workload in Workload.all {
    Benchmark(
      workload.name, configuration: configuration,
      closure: { benchmark, body in
        for _ in benchmark.scaledIterations { try body() }
      },
      setup: { try workload.prepared() })
  }
}
