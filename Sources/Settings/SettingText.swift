extension SettingDeclaration {
  /// Returns the value that `text` means for this setting.
  ///
  /// The setting's kind decides, not the look of the text: `true` is a boolean or a choice's name,
  /// `yes` is a choice's name or nothing, and `100_000` is a number or a name. Every value's canonical text reads
  /// back as the value.
  ///
  /// - Parameter text: A scalar of a spec, or canonical text as in a run key.
  /// - Returns: A value that the declaration allows.
  /// - Throws: The problem with the text.
  public func value(reading text: String) throws(SettingProblem) -> SettingValue {
    let value: SettingValue? =
      switch kind {
      case .integer: NumberText.integer(text).map(SettingValue.integer)
      case .number: NumberText.number(text).map(SettingValue.number)
      case .optionalNumber:
        text == "none" ? SettingValue.none : NumberText.number(text).map(SettingValue.number)
      case .boolean: Self.boolean(text)
      case .choice: .choice(text)
      case .integers, .numbers: list(reading: text)
      }
    guard let value else { throw .wrongType(expected: allowed, found: text) }
    if let problem = problem(with: value) { throw problem }
    return value
  }

  /// For a list, the declaration that each of its elements obeys.
  public var element: SettingDeclaration? {
    let (kind, least): (Kind, SettingValue)
    switch self.kind {
    case .integers(let range): (kind, least) = (.integer(range), .integer(range.lowerBound))
    case .numbers(let range): (kind, least) = (.number(range), .number(range.lowerBound))
    default: return nil
    }
    return SettingDeclaration(
      name: name, kind: kind, defaultValue: least, documentation: documentation)
  }

  private static func boolean(_ text: String) -> SettingValue? {
    switch text {
    case "true": .boolean(true)
    case "false": .boolean(false)
    default: nil
    }
  }

  /// Returns the list that elements make, for a list; elements of another kind are left out.
  public func list(of elements: [SettingValue]) -> SettingValue {
    if case .numbers = kind {
      return .numbers(
        elements.compactMap { if case .number(let value) = $0 { value } else { nil } })
    }
    return .integers(
      elements.compactMap { if case .integer(let value) = $0 { value } else { nil } })
  }

  private func list(reading text: String) -> SettingValue? {
    guard text.hasPrefix("["), text.hasSuffix("]"), text.count >= 2 else { return nil }
    let body = text.dropFirst().dropLast()
    if body.allSatisfy({ $0 == " " }) { return list(of: []) }
    var values: [SettingValue] = []
    for part in body.split(separator: ",", omittingEmptySubsequences: false) {
      let digits = String(part.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
      let value: SettingValue? =
        if case .numbers = kind {
          NumberText.number(digits).map(SettingValue.number)
        } else {
          NumberText.integer(digits).map(SettingValue.integer)
        }
      guard let value else { return nil }
      values.append(value)
    }
    return list(of: values)
  }
}
