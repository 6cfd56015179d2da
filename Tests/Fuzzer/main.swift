import Glibc
import PTrainFuzzing

// `ptrain-fuzzer` lists the targets, `ptrain-fuzzer seeds TARGET FOLDER` writes what its corpus begins with, and
// `ptrain-fuzzer TARGET …` runs libFuzzer on it, with its options.

/// What calls the function with ever new bytes: libFuzzer's driver, which takes a C program's arguments.
@_silgen_name("LLVMFuzzerRunDriver")
func runDriver(
  _ count: UnsafeMutablePointer<Int32>,
  _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>>,
  _ test: @convention(c) (UnsafePointer<UInt8>?, Int) -> Int32
) -> Int32

nonisolated(unsafe) var chosen = FuzzTarget.idx

func fuzz(_ target: FuzzTarget) -> Int32 {
  chosen = target
  var count = CommandLine.argc - 1
  // The target's name stands where the driver expects the program's.
  var arguments = CommandLine.unsafeArgv + 1
  return runDriver(&count, &arguments) { bytes, count in
    chosen.run(Array(UnsafeBufferPointer(start: bytes, count: count)))
    return 0
  }
}

func writeSeeds(_ target: FuzzTarget, to folder: String) throws {
  for (number, seed) in try target.seeds().enumerated() {
    let descriptor = open("\(folder)/seed-\(number)", O_WRONLY | O_CREAT | O_TRUNC, 0o644)
    defer { close(descriptor) }
    guard write(descriptor, seed, seed.count) == seed.count else { exit(74) }
  }
}

let arguments = CommandLine.arguments.dropFirst()
if arguments.first == "seeds", arguments.count == 3, let target = FuzzTarget(rawValue: arguments[2]) {
  try writeSeeds(target, to: arguments[3])
} else if let name = arguments.first, let target = FuzzTarget(rawValue: name) {
  exit(fuzz(target))
} else {
  for target in FuzzTarget.allCases { print(target.rawValue, target.largestInput) }
}
