import Glibc
import PTrainFuzzing

// `ptrain-fuzzer targets` lists the targets with the largest input of each. Otherwise PTRAIN_FUZZ_TARGET names one:
// `ptrain-fuzzer seeds FOLDER` writes what its corpus begins with, and `ptrain-fuzzer …` runs libFuzzer on it, with
// libFuzzer's arguments. (In the environment, because libFuzzer starts itself again with its own arguments.)

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
  var count = CommandLine.argc
  var arguments = CommandLine.unsafeArgv
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

let arguments = Array(CommandLine.arguments.dropFirst())
let name = getenv("PTRAIN_FUZZ_TARGET").map { String(cString: $0) }
if arguments == ["targets"] {
  for target in FuzzTarget.allCases { print(target.rawValue, target.largestInput) }
} else if let name, let target = FuzzTarget(rawValue: name) {
  if arguments.count == 2, arguments[0] == "seeds" {
    try writeSeeds(target, to: arguments[1])
  } else {
    exit(fuzz(target))
  }
} else {
  print("found \(name ?? "nothing") in PTRAIN_FUZZ_TARGET; expected one of 'ptrain-fuzzer targets'")
  exit(64)
}
