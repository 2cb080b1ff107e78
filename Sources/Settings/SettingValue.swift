/// The value of one setting, as written in a spec and in a run key.
public enum SettingValue: Hashable, Sendable {
  /// A whole number.
  case integer(Int)
  /// A finite real number.
  case number(Double)
  /// One of a setting's named choices.
  case choice(String)
  /// A list of whole numbers, such as the widths of hidden layers.
  case integers([Int])
  /// The setting is switched off, written `none`.
  case none
}

extension SettingValue: CustomStringConvertible {
  /// The canonical text: shortest decimal that reads back as the same value, no locale.
  ///
  /// It is what the run key's preimage holds, so it never changes for a given value.
  public var description: String {
    switch self {
    case .integer(let value): "\(value)"
    case .number(let value):
      value == value.rounded() && value.magnitude < 1e15 ? wholeText(value) : "\(value)"
    case .choice(let name): name
    case .integers(let values): "[" + values.map(String.init).joined(separator: ", ") + "]"
    case .none: "none"
    }
  }

  /// `1.0` and `1` are one value: a whole number is written without a fraction.
  private func wholeText(_ value: Double) -> String {
    "\(Int64(value))"
  }
}
