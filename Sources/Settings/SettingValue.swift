/// The value of one setting, as written in a spec and in a run key.
public enum SettingValue: Hashable, Sendable {
  /// A whole number.
  case integer(Int)
  /// A finite real number.
  case number(Double)
  /// Whether something is so, written `true` or `false`.
  case boolean(Bool)
  /// One of a setting's named choices.
  case choice(String)
  /// A list of whole numbers, such as the widths of hidden layers.
  case integers([Int])
  /// A list of finite real numbers, such as the weights of a reward's components.
  case numbers([Double])
  /// The setting is switched off, written `none`.
  case none
}

extension SettingValue: CustomStringConvertible {
  /// The canonical text: shortest decimal that reads back as the same value, no locale.
  ///
  /// It is what the run key's preimage holds, so it never changes for a given value. It is also how
  /// a person would write it: `0.0003`, `1e-5`, `100000`.
  public var description: String {
    switch self {
    case .integer(let value): "\(value)"
    case .number(let value): Self.canonicalText(of: value)
    case .boolean(let value): value ? "true" : "false"
    case .choice(let name): name
    case .integers(let values): "[" + values.map(String.init).joined(separator: ", ") + "]"
    case .numbers(let values): "[" + values.map(Self.canonicalText).joined(separator: ", ") + "]"
    case .none: "none"
    }
  }

  private static func canonicalText(of value: Double) -> String {
    // `1.0` and `1` are one value, and so are `-0.0` and `0`: a whole number has no fraction.
    if value == value.rounded(), value.magnitude <= 0x1p53 { return "\(Int64(value))" }
    // Swift writes `1e-05` and `1e+16`; the padding and the plus sign carry nothing.
    let text = "\(value)"
    guard let mark = text.firstIndex(of: "e"), let exponent = Int(text[text.index(after: mark)...])
    else { return text }
    return "\(text[..<mark])e\(exponent)"
  }
}
