import PTrainCore

/// Why the value of an option was not taken.
package struct OptionValueError: DiagnosableError, Equatable {
  /// With its dashes: `--threads`.
  let option: String
  let value: String
  let expected: String
  let example: String

  package var diagnosis: Diagnosis {
    Diagnosis(
      .usage, found: "'\(value)' for \(option)", expected: expected, remedy: "for example \(option) \(example)")
  }
}

/// How text becomes the value of an option: what is allowed, in words, and an example.
///
/// Each rule is a value so that the command line, its messages and the tests read the same table.
package struct OptionRule<Value: Sendable>: Sendable {
  let option: String
  let expected: String
  let example: String
  let parse: @Sendable (String) -> Value?

  /// The closure that ArgumentParser wants.
  var transform: @Sendable (String) throws -> Value {
    { text in
      guard let value = parse(text) else {
        throw OptionValueError(option: option, value: text, expected: expected, example: example)
      }
      return value
    }
  }
}

extension OptionRule<Int> {
  /// A whole number in `range`, in decimal digits.
  static func count(_ option: String, in range: ClosedRange<Int>, example: String) -> OptionRule<Int> {
    OptionRule(
      option: option, expected: "a whole number from \(range.lowerBound) to \(range.upperBound)", example: example,
      parse: { text in Int(text).flatMap { range.contains($0) ? $0 : nil } })
  }
}

extension OptionRule<Double> {
  /// A finite number for which `isAllowed` holds.
  static func number(
    _ option: String, expected: String, example: String, isAllowed: @escaping @Sendable (Double) -> Bool
  ) -> OptionRule<Double> {
    OptionRule(
      option: option, expected: expected, example: example,
      parse: { text in Double(text).flatMap { $0.isFinite && isAllowed($0) ? $0 : nil } })
  }

  /// 0 ≤ value < 1.
  static func fraction(_ option: String, example: String) -> OptionRule<Double> {
    number(option, expected: "a number of at least 0 and below 1", example: example) { $0 >= 0 && $0 < 1 }
  }
}

extension OptionRule where Value: RawRepresentable<String> & CaseIterable {
  /// One of the type's names.
  static func name(_ option: String, example: Value) -> OptionRule<Value> {
    let names = Value.allCases.map(\.rawValue).joined(separator: ", ")
    return OptionRule(
      option: option, expected: "one of \(names)", example: example.rawValue, parse: { Value(rawValue: $0) })
  }
}

extension OptionRule<IntegerList> {
  /// Whole numbers with commas between; an empty text is an empty list, where `count` allows one.
  static func list(
    _ option: String, of range: ClosedRange<Int>, count: ClosedRange<Int>, example: String
  ) -> OptionRule<IntegerList> {
    let numbers = "whole numbers from \(range.lowerBound) to \(range.upperBound) with commas between"
    return OptionRule(
      option: option,
      expected: "\(count.lowerBound == 0 ? "'' for none, or " : "")up to \(count.upperBound) \(numbers)",
      example: example,
      parse: { text in
        guard let list = IntegerList(text), count.contains(list.values.count) else { return nil }
        return list.values.allSatisfy(range.contains) ? list : nil
      })
  }
}

/// Whole numbers as an option's value: `20,20`, or nothing.
package struct IntegerList: Equatable, Sendable, CustomStringConvertible {
  package let values: [Int]

  package init(_ values: [Int]) {
    self.values = values
  }

  package init?(_ text: String) {
    let parts = text.isEmpty ? [] : text.split(separator: ",", omittingEmptySubsequences: false)
    let numbers = parts.compactMap { Int($0) }
    guard numbers.count == parts.count else { return nil }
    values = numbers
  }

  package var description: String { values.map(String.init).joined(separator: ",") }
}
