internal import CanonicalJSON

/// Pieces of the JSON that charts are specified in.
enum ChartText {
  /// A list on one line; its elements are JSON.
  static func list(_ elements: [String]) -> String { "[\(elements.joined(separator: ", "))]" }

  /// A list of data, a row on each line.
  static func rows(_ rows: [String]) -> String {
    "[\n" + rows.map { "      \($0)" }.joined(separator: ",\n") + "\n    ]"
  }

  static func quoted(_ text: String) -> String { JSONValue.string(text).compactText }

  static func number(_ value: Double) -> String { JSONValue.number(value).compactText }

  /// A length in pixels, to a tenth.
  static func rounded(_ value: Double) -> String { number((value * 10).rounded() / 10) }
}
