import Glibc
import PTrainCore
import PTrainKernels
import PTrainStorage

/// What besides the job has a say in the bits: the processor and the library that multiplies matrices.
package struct RunEnvironment: Equatable, Sendable, Codable {
  package let version: String
  package let processor: String
  package let blasCore: String
  package let blas: String

  private enum CodingKeys: String, CodingKey {
    case version, processor, blas
    case blasCore = "blas_core"
  }

  /// Of this process.
  package init(blas library: BLAS) {
    version = PTrainVersion.current
    processor = Self.processorName()
    blasCore = library.coreName
    blas = library.configuration
  }

  package init(version: String, processor: String, blasCore: String, blas: String) {
    self.version = version
    self.processor = processor
    self.blasCore = blasCore
    self.blas = blas
  }

  /// What differs between two environments, each as `name: was, is`; empty if the bits are the same.
  package func differences(from earlier: RunEnvironment) -> [String] {
    let parts: [(String, KeyPath<RunEnvironment, String>)] = [
      ("ptrain", \.version), ("processor", \.processor), ("BLAS core", \.blasCore), ("BLAS", \.blas),
    ]
    return parts.compactMap { name, part in
      self[keyPath: part] == earlier[keyPath: part]
        ? nil : "\(name): \(earlier[keyPath: part]), now \(self[keyPath: part])"
    }
  }

  /// The first `model name` of `/proc/cpuinfo`, with family and model; `unknown` where there is none.
  private static func processorName() -> String {
    guard let text = SystemText.read("/proc/cpuinfo") else { return "unknown" }
    let lines = text.split(separator: "\n").prefix(30)
    func value(_ key: String) -> Substring? {
      lines.first { $0.hasPrefix(key + "\t") }?.split(separator: ":").last?.drop { $0 == " " }
    }
    guard let name = value("model name") else { return "unknown" }
    return "\(name) (family \(value("cpu family") ?? "?"), model \(value("model") ?? "?"))"
  }
}

/// Text files of the system, whose size is not known before they are read.
enum SystemText {
  /// The first 16 KiB of the file at `path`; `nil` if it can't be read.
  static func read(_ path: String) -> String? {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var bytes = [UInt8](repeating: 0, count: 16_384)
    let count = bytes.withUnsafeMutableBytes { Glibc.read(descriptor, $0.baseAddress, $0.count) }
    return count > 0 ? String(decoding: bytes[..<count], as: UTF8.self) : nil
  }
}
