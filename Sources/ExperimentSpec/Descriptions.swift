internal import ResultStore
internal import Settings

extension Vocabulary {
  /// Returns what a person wants to know of an algorithm: its settings, with their defaults, ranges
  /// and meaning, and its presets; on environments and on language tasks.
  ///
  /// - Parameter name: The name in a spec, such as `ppo`.
  /// - Returns: Lines of at most 100 columns, no line break at the end; `nil` if there is no such
  ///   algorithm.
  public func description(ofAlgorithm name: String) -> String? {
    let worlds = TaskKind.allCases.compactMap(world(of:)).filter {
      $0.algorithm(named: name) != nil
    }
    guard !worlds.isEmpty else { return nil }
    return worlds.compactMap { world in
      world.algorithm(named: name).map { algorithm in
        description(of: algorithm, in: world, isOnlyOne: worlds.count == 1)
      }
    }
    .joined(separator: "\n\n")
  }

  private func description(
    of algorithm: Algorithm, in world: World, isOnlyOne: Bool
  ) -> String {
    var title = algorithm.title
    if !isOnlyOne {
      title += world.kind == .language ? ", on language tasks" : ", on environments"
    }
    var lines = header(algorithm.component, title: title)
    lines += settingLines(algorithm.settings)
    if !algorithm.presets.isEmpty {
      lines += ["", "Presets"]
      for preset in algorithm.presets {
        lines += ["  \(preset)"]
        lines += presetLines(preset, of: algorithm, in: world)
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
    if let range = environment.returnRange { lines += ["", "Returns are in \(words(range))."] }
    if let normalization = environment.scoreNormalization {
      func text(_ value: Double) -> String { "\(SettingValue.number(value))" }
      var words = "\(text(normalization.random)), a random policy's return"
      if let constant = normalization.constant {
        words =
          "\(text(normalization.zero)), the better of a random policy's return "
          + "(\(text(normalization.random))) and the best with one action throughout (\(text(constant)))"
      }
      lines += wrapped(
        "A normalized score is 0 at \(words), and 1 at \(text(normalization.solved)).",
        indentation: "")
    }
    lines += settingLines(environment.settings)
    return lines.joined(separator: "\n")
  }

  /// Returns what a person wants to know of a language task: its settings, levels and rewards, and
  /// a prompt with its demonstration.
  ///
  /// - Parameter name: The name in a spec, such as `knights-and-knaves`.
  /// - Returns: Lines, those of the prompt and the demonstration as long as they are, no line break
  ///   at the end; `nil` if there is no such task.
  public func description(ofTask name: String) -> String? {
    guard let language, let task = language.task(named: name) else { return nil }
    var lines = header(task.component, title: nil)
    if let range = task.component.returnRange {
      lines += ["", "Rewards are in \(words(range))."]
    }
    if let facts = try? task.facts(task.component.settings.defaults) {
      lines += [
        "", "With its defaults",
        "  levels:           \(facts.levels.joined(separator: ", "))",
        "  held-out levels:  "
          + (facts.heldOutLevels.isEmpty ? "none" : facts.heldOutLevels.joined(separator: ", ")),
        "  longest sequence: \(facts.longestSequence) tokens",
      ]
      lines += wrapped("tokenizer: \(facts.tokenizer)", indentation: "  ")
    }
    lines += settingLines(task.component.settings)
    if let example = task.example() {
      lines += ["", "A prompt"] + indented(example.prompt)
      lines += ["", "Its demonstration"] + indented(example.demonstration)
      let parts = example.reward.map { "\($0.name) \(SettingValue.number($0.value))" }
      let nothing = SettingValue.number(example.rewardOfNothing)
      lines += ["", "The rule pays for it"]
      lines += wrapped(parts.joined(separator: ", "), indentation: "  ")
      let unfinished = SettingValue.number(example.rewardOfUnfinished)
      lines += ["  and \(nothing) for an empty completion, \(unfinished) for one that is cut off."]
    }
    return lines.joined(separator: "\n")
  }

  private func words(_ range: ClosedRange<Double>) -> String {
    "\(SettingValue.number(range.lowerBound))...\(SettingValue.number(range.upperBound))"
  }

  private func indented(_ text: String) -> [String] {
    text.split(separator: "\n", omittingEmptySubsequences: false).map { "  \($0)" }
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

  /// What a preset sets, once for all tasks with the same values.
  private func presetLines(
    _ preset: String, of algorithm: Algorithm, in world: World
  ) -> [String] {
    var groups: [(values: [String: SettingValue], tasks: [String])] = []
    for task in world.tasks.map(\.name) {
      guard let values = algorithm.preset(preset, task) else { continue }
      if let index = groups.firstIndex(where: { $0.values == values }) {
        groups[index].tasks.append(task)
      } else {
        groups.append((values, [task]))
      }
    }
    return groups.flatMap { group in
      let values = algorithm.settings.compactMap { setting in
        group.values[setting.name].map { "\(setting.name) \($0)" }
      }
      let words = values.isEmpty ? "the defaults" : values.joined(separator: ", ")
      return wrapped("\(group.tasks.joined(separator: ", ")): \(words)", indentation: "      ")
    }
  }
}
