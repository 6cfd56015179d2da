import PTrainCore

/// A model's layers as a table, as Keras prints it.
public struct ModelSummary: Equatable, Sendable {
  private let plan: ModelPlan

  /// - Throws: ``ModelError`` if the model can't be.
  public init(_ model: Sequential) throws(ModelError) { plan = try ModelPlan(model) }

  /// Elements of all parameters.
  public var parameterCount: Int { plan.layout.count }

  /// The table, of several lines; `None` stands for the number of samples in a batch.
  public var text: String {
    var rows = [["Layer (type)", "Output Shape", "Param #"]]
    for planned in plan.layers {
      let shape = (["None"] + planned.outputShape.map(String.init)).joined(separator: ", ")
      rows.append([
        "\(planned.name) (\(Self.typeName(planned.layer)))", "(\(shape))", Self.grouped(planned.parameterCount),
      ])
    }
    let total = "\(Self.grouped(parameterCount)) (\(Self.size(ofBytes: 4 * Double(parameterCount))))"
    return Self.table(rows)
      + " Total params: \(total)\n Trainable params: \(total)\n Non-trainable params: 0 (0.00 B)\n"
  }

  private static func typeName(_ layer: Layer) -> String { layer.kind.prefix(1).uppercased() + layer.kind.dropFirst() }

  /// Keras's columns, wider where the content needs it.
  private static func table(_ rows: [[String]]) -> String {
    let widths = zip([0, 1, 2], [31, 22, 13]).map { column, least in
      rows.reduce(least) { max($0, $1[column].count) }
    }
    let rule = { (left: String, line: String, cross: String, right: String) in
      left + widths.map { String(repeating: line, count: $0 + 2) }.joined(separator: cross) + right + "\n"
    }
    let row = { (cells: [String], edge: String) in
      let padding = zip(cells, widths).map { String(repeating: " ", count: $1 - $0.count) }
      let padded = [cells[0] + padding[0], cells[1] + padding[1], padding[2] + cells[2]]
      return edge + padded.map { " \($0) " }.joined(separator: edge) + edge + "\n"
    }
    let body = rows.dropFirst().map { row($0, "│") }.joined(separator: rule("├", "─", "┼", "┤"))
    return rule("┏", "━", "┳", "┓") + row(rows[0], "┃") + rule("┡", "━", "╇", "┩") + body
      + rule("└", "─", "┴", "┘")
  }

  /// `15700` as `15,700`.
  static func grouped(_ count: Int) -> String { count.groupedDigits }

  /// `63.79 KB`, with 1 KB = 1024 B.
  static func size(ofBytes bytes: Double) -> String {
    var value = bytes
    var units = ["B", "KB", "MB", "GB", "TB", "PB"][...]
    while value >= 1024, units.count > 1 {
      value /= 1024
      units.removeFirst()
    }
    let hundredths = Int((value * 100).rounded())
    let fraction = String(hundredths % 100 + 100).dropFirst()
    return "\(hundredths / 100).\(fraction) \(units.first ?? "")"
  }
}
