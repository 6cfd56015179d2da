// swift-tools-version: 6.2
import PackageDescription

let strict: [SwiftSetting] = [.treatAllWarnings(as: .error)]

/// A module of ptrain, and the tests that stand beside it.
func module(_ name: String, _ dependencies: [Target.Dependency]) -> [Target] {
  [
    .target(name: name, dependencies: dependencies, exclude: schemas[name] ?? [], swiftSettings: strict),
    .testTarget(
      name: "\(name)Tests", dependencies: [.byName(name: name), "PTrainTestSupport"] + dependencies,
      resources: fixtures[name] ?? [], swiftSettings: strict),
  ]
}

/// Files that tests read, by module.
let fixtures: [String: [Resource]] = [
  "PTrainNetwork": [.copy("Fixtures")], "PTrainInterchange": [.copy("Fixtures")], "PTrainImages": [.copy("Fixtures")],
]

/// What the code of a file format was generated from, by module.
let schemas: [String: [String]] = [
  "PTrainInterchange": ["ONNX/onnx.proto"], "PTrainReport": ["TensorBoard/tensorboard_events.proto"],
]

/// What tests share: folders of their own, file systems that fail or that remember, exchanges that check themselves;
/// and those exchanges as a program, for an MPI launcher to start.
let tests: [Target] = [
  .target(
    name: "PTrainTestSupport", dependencies: ["PTrainStorage", "PTrainRanks"], path: "Tests/Support",
    swiftSettings: strict),
  .executableTarget(
    name: "check-exchanges", dependencies: ["PTrainRanks", "PTrainTestSupport"], path: "Tests/Exchanges",
    swiftSettings: strict),
]

let crypto: Target.Dependency = .product(name: "Crypto", package: "swift-crypto")
let protobuf: Target.Dependency = .product(name: "SwiftProtobuf", package: "swift-protobuf")
/// Only in a build for several processes, `--traits MPI`.
let mpi: Target.Dependency = .target(name: "CMPI", condition: .when(traits: ["MPI"]))
let upTo1: [Target.Dependency] = ["PTrainCore"]
let upTo2 = upTo1 + ["PTrainKernels", "PTrainStorage", "PTrainImages", "PTrainRanks"]
let upTo3 = upTo2 + ["PTrainNetwork", "PTrainData", "PTrainParallel"]
let upTo4 = upTo3 + ["PTrainTraining", "PTrainInterchange"]
let upTo5 = upTo4 + ["PTrainReport"]
let arguments: Target.Dependency = .product(name: "ArgumentParser", package: "swift-argument-parser")

/// Every reader of what comes from outside as a function of bytes, and what fuzzing found in them, replayed.
let fuzzing: [Target] = [
  .target(
    name: "PTrainFuzzing", dependencies: ["PTrain", "PTrainCommand", "PTrainTestSupport", arguments] + upTo5,
    path: "Tests/Fuzzing", swiftSettings: strict),
  .testTarget(
    name: "PTrainFuzzingTests", dependencies: ["PTrainFuzzing", "PTrainTestSupport"] + upTo4,
    path: "Tests/FuzzingTests",
    resources: [.copy("Regressions")], swiftSettings: strict),
]

/// The program around libFuzzer, which nothing but `scripts/fuzz` can link.
let fuzzer: [Target] =
  Context.environment["PTRAIN_FUZZER"] == nil
  ? []
  : [
    .executableTarget(
      name: "ptrain-fuzzer", dependencies: ["PTrainFuzzing"], path: "Tests/Fuzzer", swiftSettings: strict)
  ]

// Floors, each importing only those below; modules of one floor never import each other.
let floor7: [Target] =
  [.executableTarget(name: "ptrain", dependencies: ["PTrainCommand"], swiftSettings: strict)]
  + module("PTrainCommand", ["PTrain", "PTrainBench", arguments] + upTo5)
let floor6 =
  module("PTrain", upTo5)
  + module("PTrainBench", upTo5 + ["CProcessor"])
let floor5 = module("PTrainReport", upTo4 + [protobuf, "CProcessor"])
let floor4 =
  module("PTrainTraining", upTo3)
  + module("PTrainInterchange", upTo3 + ["CHDF5", protobuf])
let floor3 =
  module("PTrainNetwork", upTo2)
  + module("PTrainData", upTo2 + ["CZlib", "CProcessor"])
  + module("PTrainParallel", upTo1 + ["CProcessor"])
let floor2 =
  module("PTrainKernels", upTo1 + ["CKernels"])
  + module("PTrainStorage", upTo1 + ["CZstd", "CZlib"])
  + module("PTrainImages", upTo1 + ["CPNG"])
  + module("PTrainRanks", upTo1 + [mpi])
let floor1 = module("PTrainCore", [crypto, "CProcessor"])
let floor0: [Target] = [
  .target(name: "CKernels", cSettings: [.treatAllWarnings(as: .error)]),
  .systemLibrary(name: "CProcessor"),
  .systemLibrary(name: "CZstd", pkgConfig: "libzstd", providers: [.apt(["libzstd-dev"])]),
  .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
  .systemLibrary(name: "CPNG", pkgConfig: "libpng", providers: [.apt(["libpng-dev"])]),
  // Loaded at run time, by who needs it: it brings three dozen libraries along, which every start would pay for.
  .systemLibrary(name: "CHDF5", providers: [.apt(["libhdf5-dev"])]),
  .systemLibrary(name: "CMPI", pkgConfig: "ompi-c", providers: [.apt(["libopenmpi-dev"])]),
]

let package = Package(
  name: "ptrain",
  products: [
    .library(name: "PTrain", targets: ["PTrain"]),
    // The pieces that the package in Benchmarks/ times.
    .library(name: "PTrainBench", targets: ["PTrainBench"]),
    .executable(name: "ptrain", targets: ["ptrain"]),
  ],
  traits: [
    .trait(name: "MPI", description: "Training by several processes, started by an MPI launcher.")
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
    .package(url: "https://github.com/apple/swift-protobuf", from: "1.39.0"),
  ],
  targets: floor7 + floor6 + floor5 + floor4 + floor3 + floor2 + floor1 + floor0 + tests + fuzzing + fuzzer,
  swiftLanguageModes: [.v6]
)
