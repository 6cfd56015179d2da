import PTrainCore

/// Brings ArgumentParser's messages into ptrain's form: found, expected, what to do, on one line.
///
/// The parser's errors are not public, so its texts are read instead; `UsageDiagnosisTests` holds one of each, so
/// that a new version of the parser that words them otherwise is noticed.
enum UsageDiagnosis {
  /// - Parameters:
  ///   - message: the error alone.
  ///   - fullMessage: with the usage, which names the command.
  static func diagnosis(message: String, fullMessage: String) -> Diagnosis {
    let help = helpCommand(in: fullMessage)
    // An error of ours, which the parser quotes at the end of its own text or alone.
    if let own = message.firstRange(of: "found '"),
      let ours = parts(String(message[own.lowerBound...]))
    {
      return Diagnosis(.usage, found: ours.found, expected: ours.expected, remedy: "\(ours.remedy); see '\(help)'")
    }
    let (found, expected, hint) = foreign(message, command: help.removing(suffix: " --help"))
    return Diagnosis(.usage, found: found, expected: expected, remedy: "\(hint)see '\(help)'")
  }

  /// What follows `See '` in the usage: `ptrain train --help`.
  private static func helpCommand(in fullMessage: String) -> String {
    guard let start = fullMessage.ranges(of: "See '").last?.upperBound else { return "ptrain --help" }
    return String(fullMessage[start...].prefix { $0 != "'" })
  }

  /// A ``Diagnosis``'s text taken apart again.
  private static func parts(_ text: String) -> (found: String, expected: String, remedy: String)? {
    guard let expected = text.ranges(of: "; expected ").last, text.hasPrefix("found ") else { return nil }
    let rest = text[expected.upperBound...]
    guard let remedy = rest.firstRange(of: "; ") else { return nil }
    return (
      String(text[..<expected.lowerBound].dropFirst("found ".count)), String(rest[..<remedy.lowerBound]),
      String(rest[remedy.upperBound...])
    )
  }

  private static func foreign(_ message: String, command: String) -> (found: String, expected: String, hint: String) {
    let text = message.removing(suffix: ".")
    let rest = { (prefix: String) in text.hasPrefix(prefix) ? String(text.dropFirst(prefix.count)) : nil }
    if let name = rest("Unknown option ") {
      let halves = name.split(separator: ". Did you mean ", maxSplits: 1)
      let hint = halves.count == 2 ? "did you mean \(halves[1]) " : ""
      return ("an unknown option \(halves.first ?? "")", "an option of '\(command)'", hint)
    }
    if let option = rest("Missing value for ") { return ("\(option) without a value", "a value after it", "") }
    if let argument = rest("Missing expected argument ") {
      return ("no \(argument)", "one among the arguments of '\(command)'", "")
    }
    if let argument = rest("Unexpected argument ") {
      let takesSubcommand = ["ptrain train", "ptrain data"].contains(command)
      return (argument, takesSubcommand ? "a subcommand or an option" : "no further argument", "")
    }
    if let flag = rest("The option ") {
      let halves = flag.split(separator: " does not take any value, but ", maxSplits: 1)
      let value = halves.last?.description.removing(suffix: " was specified") ?? ""
      return ("the value \(value) for \(halves.first ?? "")", "the option alone", "")
    }
    return (text.prefix(1).lowercased() + text.dropFirst(), "arguments as the help describes", "")
  }
}

extension String {
  fileprivate func removing(suffix: String) -> String {
    hasSuffix(suffix) ? String(dropLast(suffix.count)) : self
  }
}
