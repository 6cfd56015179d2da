// swift-tools-version: 6.2
import PackageDescription

// A package of its own, so that nobody who uses ptrain resolves what only its benchmarks need.
let package = Package(
  name: "ptrain-benchmarks",
  dependencies: [
    .package(name: "ptrain", path: ".."),
    // Without its traits: they replace malloc and the Swift runtime's functions to count calls.
    .package(url: "https://github.com/ordo-one/benchmark", exact: "1.38.1", traits: []),
  ],
  targets: [
    .executableTarget(
      name: "Pieces",
      dependencies: [
        .product(name: "PTrainBench", package: "ptrain"), .product(name: "Benchmark", package: "benchmark"),
      ],
      path: "Benchmarks/Pieces",
      swiftSettings: [.treatAllWarnings(as: .error)],
      plugins: [.plugin(name: "BenchmarkPlugin", package: "benchmark")])
  ],
  swiftLanguageModes: [.v6]
)
