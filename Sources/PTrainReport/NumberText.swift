import PTrainCore

/// Numbers as people read them, without Foundation's formatters (they cost start-up time).
package enum NumberText {
  /// `value` with `digits` decimals, rounded half away from zero: `fixed(0.23116, 4)` is `0.2312`.
  ///
  /// - Parameter digits: 0…9.
  package static func fixed(_ value: Double, _ digits: Int) -> String {
    precondition((0...9).contains(digits), "\(digits) decimals")
    guard value.isFinite else { return "\(value)" }
    let scale = powerOfTen(digits)
    let scaled = (abs(value) * Double(scale)).rounded()
    guard scaled < 0x1p63 else { return "\(value)" }
    let sign = value < 0 && scaled > 0 ? "-" : ""
    let (whole, fraction) = UInt64(scaled).quotientAndRemainder(dividingBy: scale)
    guard digits > 0 else { return "\(sign)\(whole)" }
    let decimals = String(fraction)
    return "\(sign)\(whole).\(String(repeating: "0", count: digits - decimals.count))\(decimals)"
  }

  /// A fraction as per cent: `percent(0.93411)` is `93.41 %`.
  package static func percent(_ fraction: Double, _ digits: Int = 2) -> String {
    "\(fixed(fraction * 100, digits)) %"
  }

  /// Thousands apart by commas: `1,024,390`.
  package static func grouped(_ count: Int) -> String { count.groupedDigits }

  /// Three digits and a unit: `985`, `42.0 k`, `1.02 M`.
  package static func short(_ value: Double) -> String {
    guard value.isFinite, value >= 0 else { return "\(value)" }
    // 999.5 and above would round to four digits: those belong to the next unit.
    let (scaled, unit) =
      switch value {
      case ..<999.5: (value, "")
      case ..<999.5e3: (value / 1e3, " k")
      case ..<999.5e6: (value / 1e6, " M")
      default: (value / 1e9, " G")
      }
    guard !unit.isEmpty else { return fixed(scaled, 0) }
    return fixed(scaled, scaled < 9.995 ? 2 : scaled < 99.95 ? 1 : 0) + unit
  }

  /// A time to wait: `0:07`, `12:30`, `1:02:03`; rounded up to whole seconds.
  package static func clock(seconds: Double) -> String {
    guard seconds.isFinite, seconds >= 0, seconds < 1e9 else { return "?" }
    let total = Int(seconds.rounded(.up))
    let (minutes, rest) = ((total / 60) % 60, total % 60)
    let hours = total / 3600
    return hours > 0 ? "\(hours):\(padded(minutes)):\(padded(rest))" : "\(minutes):\(padded(rest))"
  }

  /// A time that has passed: `0.052 s`, `12.3 s`, `754 s`.
  package static func seconds(_ seconds: Double) -> String {
    "\(fixed(seconds, seconds < 9.9995 ? 3 : seconds < 99.95 ? 1 : 0)) s"
  }

  private static func padded(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }

  private static func powerOfTen(_ exponent: Int) -> UInt64 {
    (0..<exponent).reduce(1) { power, _ in power * 10 }
  }
}
