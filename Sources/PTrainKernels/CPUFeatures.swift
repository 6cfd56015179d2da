import Glibc

/// The instruction sets of a CPU that the operating system lets programs use.
struct CPUFeatures: Equatable {
  private let flags: Set<Substring>

  /// - Parameter cpuInformation: the text of `/proc/cpuinfo`, or its first processor.
  init(cpuInformation: String) {
    let line = cpuInformation.split(separator: "\n").first { $0.hasPrefix("flags") }
    let words = line?.split(separator: ":").last?.split(separator: " ") ?? []
    flags = Set(words)
  }

  /// The OpenBLAS core type to ask for; `nil` leaves the choice to OpenBLAS.
  var coreType: String? {
    if flags.isSuperset(of: ["avx512f", "avx512bw", "avx512dq", "avx512vl", "avx512cd"]) { return "SkylakeX" }
    return flags.isSuperset(of: ["avx2", "fma"]) ? "Haswell" : nil
  }

  /// Of the CPU this runs on; without features where `/proc/cpuinfo` can't be read.
  static func ofThisMachine() -> CPUFeatures {
    CPUFeatures(cpuInformation: firstBytes(of: "/proc/cpuinfo", count: 16_384))
  }

  /// The first processor's entry is enough, and the file grows with their number.
  private static func firstBytes(of path: String, count: Int) -> String {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return "" }
    defer { close(descriptor) }
    let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
      while filled < count {
        let received = read(descriptor, buffer.baseAddress.map { $0 + filled }, count - filled)
        guard received > 0 else { return }
        filled += received
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
