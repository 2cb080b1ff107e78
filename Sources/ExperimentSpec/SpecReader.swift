internal import Settings

/// A reader of parts of a spec tree that gathers all problems and never stops early.
struct SpecReader {
  private(set) var issues: [SpecError.Issue] = []
  private(set) var warnings: [SpecWarning] = []

  /// A mapping with its path, for messages, and the place to point at when a key is missing.
  struct Section {
    var path: String
    var position: SpecError.Position
    var entries: [SpecNode.Entry]

    /// The entry of `key`, if the section has it.
    subscript(key: String) -> SpecNode.Entry? { entries.first { $0.key == key } }

    /// The path of a key of the section.
    func path(of key: String) -> String { path.isEmpty ? key : "\(path).\(key)" }
  }

  /// Records an issue.
  mutating func report(
    _ problem: SpecError.Problem, of keyPath: String, at position: SpecError.Position
  ) {
    issues.append(.init(problem, of: keyPath, at: position))
  }

  /// Records a warning.
  mutating func warn(
    _ message: String, of keyPath: String, at position: SpecError.Position
  ) {
    warnings.append(SpecWarning(message, of: keyPath, at: position))
  }

  /// Reports the settings that `section` names and that nothing reads.
  ///
  /// A value that would hold without being written makes no difference, and may stand.
  ///
  /// - Parameters:
  ///   - section: The settings as written.
  ///   - values: The values that hold.
  ///   - otherwise: The values that would hold if nothing were written.
  ///   - idle: The settings without effect, each with the reason.
  mutating func reportIdle(
    in section: Section, values: [String: SettingValue], otherwise: [String: SettingValue],
    _ idle: [String: String]
  ) {
    for entry in section.entries {
      guard let reason = idle[entry.key], values[entry.key] != otherwise[entry.key] else {
        continue
      }
      report(
        .withoutEffect(reason: reason), of: section.path(of: entry.key), at: entry.keyPosition)
    }
  }

  /// Returns the section that `entry` holds, or reports that it is none.
  mutating func section(_ entry: SpecNode.Entry, path: String, expected: String) -> Section? {
    guard let entries = entry.value.entries else {
      wrongType(entry.value, path, expected: expected)
      return nil
    }
    return Section(path: path, position: entry.keyPosition, entries: entries)
  }

  /// Reports every key of `section` that is not in `known`.
  mutating func checkKeys(of section: Section, known: [String]) {
    for entry in section.entries where !known.contains(entry.key) {
      let nearest = nearestName(to: entry.key, among: known)
      report(
        .unknownKey(nearest: nearest), of: section.path(of: entry.key), at: entry.keyPosition)
    }
  }

  /// Reports a required key that `section` lacks.
  mutating func missing(_ key: String, in section: Section, expected: String) {
    report(.missing(expected: expected), of: section.path(of: key), at: section.position)
  }

  /// Reports a value of the wrong type.
  mutating func wrongType(_ node: SpecNode, _ path: String, expected: String) {
    let problem = SettingProblem.wrongType(expected: expected, found: node.summary)
    report(.value(problem), of: path, at: node.position)
  }

  /// Reports a name that is not as it should be, at the name.
  mutating func wrongTypeOfKey(_ entry: SpecNode.Entry, _ path: String, expected: String) {
    report(
      .value(.wrongType(expected: expected, found: entry.key)), of: path, at: entry.keyPosition)
  }

  /// Reads a list of texts, each with its place.
  mutating func texts(
    _ entry: SpecNode.Entry, path: String, expected: String
  ) -> [(text: String, position: SpecError.Position)]? {
    guard case .list(let nodes) = entry.value.content else {
      wrongType(entry.value, path, expected: expected)
      return nil
    }
    guard !nodes.isEmpty else {
      report(.emptyCollection(expected: expected), of: path, at: entry.value.position)
      return nil
    }
    var texts: [(text: String, position: SpecError.Position)] = []
    for (index, node) in nodes.enumerated() {
      guard case .scalar(let text, _) = node.content else {
        // A word in braces alone is a mapping in YAML.
        let name = node.entries?.first?.key ?? ""
        if node.entries?.count == 1, node.entries?.first?.value.summary == "nothing" {
          report(
            .trainer(
              "must be a text, and YAML reads {\(name)} as a mapping; write \"{\(name)}\" in quotes"
            ),
            of: "\(path)[\(index)]", at: node.position)
        } else {
          wrongType(node, "\(path)[\(index)]", expected: "a text")
        }
        return nil
      }
      texts.append((text, node.position))
    }
    return texts
  }

  /// Reads prose: any scalar with something in it, line breaks and runs of spaces as one space.
  mutating func text(_ entry: SpecNode.Entry, path: String) -> String? {
    guard case .scalar(let text, _) = entry.value.content else {
      wrongType(entry.value, path, expected: "text")
      return nil
    }
    let words = text.split { $0.isWhitespace || $0.isNewline }.joined(separator: " ")
    guard !words.isEmpty else {
      wrongType(entry.value, path, expected: "text")
      return nil
    }
    return words
  }

  /// Reads one of `names`, such as the name of an algorithm.
  mutating func name(_ entry: SpecNode.Entry, path: String, among names: [String]) -> String? {
    let declaration = SettingDeclaration(
      name: entry.key, kind: .choice(names), defaultValue: .none, documentation: "")
    guard case .choice(let name) = value(entry.value, path: path, declaration) else { return nil }
    return name
  }

  /// Reads the value of a setting by the setting's kind.
  mutating func value(
    _ node: SpecNode, path: String, _ declaration: SettingDeclaration
  ) -> SettingValue? {
    switch (node.content, declaration.element) {
    case (.list(let nodes), .some) where nodes.count > SettingDeclaration.mostInList:
      report(.value(declaration.tooMany(nodes.count)), of: path, at: node.position)
      return nil
    case (.list(let nodes), let element?):
      var values: [SettingValue] = []
      for (index, node) in nodes.enumerated() {
        if let value = value(node, path: "\(path)[\(index)]", element) { values.append(value) }
      }
      return values.count == nodes.count ? declaration.list(of: values) : nil
    case (.scalar(let text, let isPlain), nil):
      // In quotes a number or a boolean is a text; only names may be quoted.
      guard
        isPlain || declaration.isChoice
          || (NumberText.number(text) == nil && declaration.kind != .boolean)
      else {
        report(
          .value(.wrongType(expected: declaration.allowed, found: "\"\(text)\"")), of: path,
          at: node.position)
        return nil
      }
      // Without quotes, a key with nothing after it would read as an empty name.
      guard !text.isEmpty || !isPlain else {
        wrongType(node, path, expected: declaration.allowed)
        return nil
      }
      do throws(SettingProblem) {
        return try declaration.value(reading: text)
      } catch {
        report(.value(error), of: path, at: node.position)
        return nil
      }
    default:
      wrongType(node, path, expected: declaration.allowed)
      return nil
    }
  }

  /// Reads the settings that `section` names; the others are left to the caller.
  ///
  /// - Returns: The values read; a setting with an issue is left out.
  mutating func settings(
    of section: Section, declared: [SettingDeclaration]
  ) -> [String: SettingValue] {
    var values: [String: SettingValue] = [:]
    for entry in section.entries {
      guard let declaration = declared.first(where: { $0.name == entry.key }) else { continue }
      values[entry.key] = value(entry.value, path: section.path(of: entry.key), declaration)
    }
    return values
  }
}

extension SettingDeclaration {
  /// Whether the values are names.
  fileprivate var isChoice: Bool {
    if case .choice = kind { true } else { false }
  }
}
