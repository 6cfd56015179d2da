import Foundation

/// How much more memory than before a piece of work has taken at its peak.
package enum PeakGrowth {
  /// In bytes, of the whole process: what other tests do meanwhile counts too, so compare with a multiple of it.
  package static func bytes(_ work: () throws -> Void) rethrows -> Int {
    // Takes the peak back to what is in use now (Linux, proc_pid_clear_refs(5)); else an earlier one would hide this.
    try? Data("5".utf8).write(to: URL(fileURLWithPath: "/proc/self/clear_refs"))
    let before = status("VmRSS:")
    try work()
    return status("VmHWM:") - before
  }

  private static func status(_ key: String) -> Int {
    let text = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
    let line = text.split(separator: "\n").first { $0.hasPrefix(key) } ?? ""
    return (line.split(whereSeparator: { $0 == " " || $0 == "\t" }).dropFirst().first.flatMap { Int($0) } ?? 0) << 10
  }
}
