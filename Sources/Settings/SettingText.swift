extension SettingDeclaration {
  /// Returns the value that `text` means for this setting.
  ///
  /// The setting's kind decides, not the look of the text: `true` is a boolean or a choice's name,
  /// `yes` is a choice's name or nothing, and `100_000` is a number or a name. Every value's canonical text reads back as the value.
  ///
  /// - Parameter text: A scalar of a spec, or canonical text as in a run key.
  /// - Returns: A value that the declaration allows.
  /// - Throws: What is wrong with the text.
  public func value(reading text: String) throws(SettingProblem) -> SettingValue {
    let value: SettingValue? =
      switch kind {
      case .integer: NumberText.integer(text).map(SettingValue.integer)
      case .number: NumberText.number(text).map(SettingValue.number)
      case .optionalNumber:
        text == "none" ? SettingValue.none : NumberText.number(text).map(SettingValue.number)
      case .boolean: Self.boolean(text)
      case .choice: .choice(text)
      case .integers: Self.integers(text)
      }
    guard let value else { throw .wrongType(expected: allowed, found: text) }
    if let problem = problem(with: value) { throw problem }
    return value
  }

  /// For a list, the declaration that each of its elements obeys.
  public var element: SettingDeclaration? {
    guard case .integers(let range) = kind else { return nil }
    return SettingDeclaration(
      name: name, kind: .integer(range), defaultValue: .integer(range.lowerBound),
      documentation: documentation)
  }

  private static func boolean(_ text: String) -> SettingValue? {
    switch text {
    case "true": .boolean(true)
    case "false": .boolean(false)
    default: nil
    }
  }

  private static func integers(_ text: String) -> SettingValue? {
    guard text.hasPrefix("["), text.hasSuffix("]"), text.count >= 2 else { return nil }
    let body = text.dropFirst().dropLast()
    if body.allSatisfy({ $0 == " " }) { return .integers([]) }
    var values: [Int] = []
    for part in body.split(separator: ",", omittingEmptySubsequences: false) {
      let digits = part.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed()
      guard let value = NumberText.integer(String(digits)) else { return nil }
      values.append(value)
    }
    return .integers(values)
  }
}
