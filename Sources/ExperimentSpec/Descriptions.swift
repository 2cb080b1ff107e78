internal import Settings

extension Vocabulary {
  /// Returns what a person wants to know of an algorithm: its settings, with their defaults, ranges
  /// and meaning, and its presets.
  ///
  /// - Parameter name: The name in a spec, such as `ppo`.
  /// - Returns: Lines of at most 100 columns, no line break at the end; `nil` if there is no such
  ///   algorithm.
  public func description(ofAlgorithm name: String) -> String? {
    guard let algorithm = algorithm(named: name) else { return nil }
    var lines = header(algorithm.component, title: algorithm.title)
    lines += settingLines(algorithm.settings)
    if !algorithm.presets.isEmpty {
      lines += ["", "Presets"]
      for preset in algorithm.presets {
        lines += ["  \(preset)"]
        lines += presetLines(preset, of: algorithm)
      }
    }
    return lines.joined(separator: "\n")
  }

  /// Returns what a person wants to know of an environment.
  ///
  /// - Parameter name: The name in a spec, such as `CartPole-v1`.
  /// - Returns: Lines of at most 100 columns, no line break at the end; `nil` if there is no such
  ///   environment.
  public func description(ofEnvironment name: String) -> String? {
    guard let environment = environment(named: name) else { return nil }
    var lines = header(environment, title: nil)
    if let range = environment.returnRange {
      let lower = SettingValue.number(range.lowerBound)
      let upper = SettingValue.number(range.upperBound)
      lines += ["", "Returns are in \(lower)...\(upper)."]
    }
    lines += settingLines(environment.settings)
    return lines.joined(separator: "\n")
  }

  private func header(_ component: Component, title: String?) -> [String] {
    let name = title.map { "\(component.name): \($0)" } ?? component.name
    return ["\(name) (revision \(component.revision))", ""]
      + wrapped(component.summary, indentation: "")
  }

  private func settingLines(_ settings: [SettingDeclaration]) -> [String] {
    guard !settings.isEmpty else { return ["", "It has no settings."] }
    return ["", "Settings"]
      + settings.flatMap { setting in
        ["  \(setting.name): \(setting.defaultValue)"]
          + wrapped(setting.documentation, indentation: "      ")
          + wrapped("May be \(setting.allowed).", indentation: "      ")
      }
  }

  /// What a preset sets, once for all environments with the same values.
  private func presetLines(_ preset: String, of algorithm: Algorithm) -> [String] {
    var groups: [(values: [String: SettingValue], environments: [String])] = []
    for environment in environments.map(\.name) {
      guard let values = algorithm.preset(preset, environment) else { continue }
      if let index = groups.firstIndex(where: { $0.values == values }) {
        groups[index].environments.append(environment)
      } else {
        groups.append((values, [environment]))
      }
    }
    return groups.flatMap { group in
      let values = algorithm.settings.compactMap { setting in
        group.values[setting.name].map { "\(setting.name) \($0)" }
      }
      let words = values.isEmpty ? "the defaults" : values.joined(separator: ", ")
      return wrapped(
        "\(group.environments.joined(separator: ", ")): \(words)", indentation: "      ")
    }
  }

  /// Breaks `text` at spaces into lines of at most 100 columns.
  private func wrapped(_ text: String, indentation: String) -> [String] {
    var lines: [String] = []
    for word in text.split(separator: " ") {
      if let last = lines.last, last.count + 1 + word.count <= 100 {
        lines[lines.count - 1] += " \(word)"
      } else {
        lines.append(indentation + word)
      }
    }
    return lines
  }
}
