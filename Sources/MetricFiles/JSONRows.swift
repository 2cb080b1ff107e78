internal import CanonicalJSON

extension MetricHistoryBuilder {
  /// Adds an object as a row; objects within it give keys such as `rewards/digits/mean`.
  ///
  /// `null` is NaN, which has no form of its own in JSON: TRL and orjson, and so verl, write it so.
  mutating func add(
    _ object: [JSONValue.Member], at place: MetricFileError.Place
  ) throws(MetricFileError) {
    var cells: [(key: String, cell: Cell)] = []
    var keys: Set<String> = []
    if let repeated = Self.flatten(object, under: "", into: &cells, keys: &keys) {
      throw MetricFileError(
        history.file, at: place, "two numbers have the key '\(CanonicalText.shown(repeated))'")
    }
    try add(cells, at: place)
  }

  /// Appends the numbers of an object; returns the first key that two of them have.
  private static func flatten(
    _ object: [JSONValue.Member], under prefix: String,
    into cells: inout [(key: String, cell: Cell)],
    keys: inout Set<String>
  ) -> String? {
    for member in object {
      let key = prefix + member.name
      if case .object(let members) = member.value {
        if let key = flatten(members, under: key + "/", into: &cells, keys: &keys) { return key }
        continue
      }
      guard keys.insert(key).inserted else { return key }
      cells.append((key, cell(of: member.value)))
    }
    return nil
  }

  private static func cell(of value: JSONValue) -> Cell {
    switch value {
    case .null: .number(.nan)
    case .boolean(let value): .number(value ? 1 : 0)
    case .literal(let text): number(text)
    case .string(let text): .stranger("the text '\(CanonicalText.shown(text))'")
    case .array: .stranger("a list")
    case .object: .stranger("an object")
    }
  }
}

extension MetricHistoryBuilder {
  private static func number(_ text: String) -> Cell {
    guard let number = Double(text) else { return .stranger("'\(text)'") }
    return number.isInfinite && text.contains(where: \.isNumber)
      ? .tooLarge(text) : .number(number)
  }
}

/// The kind of a value in words, for messages.
func kind(of value: JSONValue) -> String {
  switch value {
  case .null: "null"
  case .boolean: "a truth value"
  case .literal: "a number"
  case .string: "a text"
  case .array: "a list"
  case .object: "an object"
  }
}
