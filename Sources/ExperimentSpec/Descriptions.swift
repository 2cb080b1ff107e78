internal import Algorithms
internal import Environments
internal import LanguageTasks
internal import Metrics
internal import NeuralNetworks
internal import Settings

// Lines of at most 100 columns; a description has no line break at its end.

extension Vocabulary {
  /// Returns the description of an algorithm in every world: its settings, with their defaults, ranges and meaning,
  /// and its presets.
  ///
  /// - Parameter name: The name in a spec, such as `ppo`.
  /// - Returns: `nil` if there is no such algorithm.
  func description(ofAlgorithm name: String) -> String? {
    let parts = worlds.filter { $0.algorithm(named: name) != nil }
    guard !parts.isEmpty else { return nil }
    return parts.compactMap { part in
      part.algorithm(named: name).map { algorithm in
        var title = algorithm.title
        if parts.count > 1 { title += ", on \(part.world.title)" }
        var lines = header(algorithm, title: title) + settingLines(algorithm.settings)
        if !algorithm.presets.isEmpty { lines += ["", "Presets"] }
        for preset in algorithm.presets {
          lines += ["  \(preset)"] + presetLines(preset, of: algorithm, in: part)
        }
        return lines.joined(separator: "\n")
      }
    }
    .joined(separator: "\n\n")
  }

  /// Returns the description of an environment or a language task: its range, its settings and their consequences.
  func description(of task: any TaskDeclaration) -> String {
    var lines = header(task, title: nil)
    switch task {
    case let environment as EnvironmentDeclaration:
      lines += ["", "Returns are in \(words(task.scoreRange))."]
      lines += normalizationLines(environment) + settingLines(task.settings)
    case let language as LanguageTaskDeclaration:
      lines += ["", "Rewards are in \(words(task.scoreRange))."]
      lines += traitLines(language) + settingLines(task.settings) + exampleLines(language)
    default: lines += settingLines(task.settings)
    }
    return lines.joined(separator: "\n")
  }

  /// Returns the description of a world's network.
  func description(ofNetworkIn part: WorldVocabulary) -> String {
    (header(part.network, title: "the policy on \(part.world.title)")
      + settingLines(part.network.settings)).joined(separator: "\n")
  }

  /// Returns the description of the keys of specs that have one name, and of the settings that stand below it.
  func description(of keys: [SpecKey]) -> String {
    var lines = [keys[0].name]
    for key in keys {
      let places = key.places.map { $0 == .experiment ? "an experiment" : $0.rawValue }
      var sentence = "A key of \(places.joined(separator: " and of "))"
      if key.isRequired { sentence += ", which every experiment has" }
      if key.needsStages {
        let others = worlds.filter { !$0.world.hasStages }.flatMap(\.algorithms)
        let worlds = worlds.map(\.world).filter(\.hasStages).map(\.title)
        sentence += ", on \(worlds.joined(separator: " and ")) only"
        let starting = others.filter { key.isStart && $0.startsWithoutStages }.map(\.name)
        if !starting.isEmpty { sentence += " and of \(starting.joined(separator: " and "))" }
      }
      lines += [""] + wrapped(key.documentation) + wrapped(sentence + ".")
    }
    for part in worlds {
      guard let section = part.section(keys[0].name) else { continue }
      lines += ["", "Settings on \(part.world.title)"]
      lines += settingLines(section.settings).dropFirst(2)
    }
    return lines.joined(separator: "\n")
  }

  /// Returns the description of a metric or curve.
  func description(of metric: MetricDeclaration) -> String {
    let forms = [(MetricDeclaration.Form.metric, "metric"), (.curve, "curve")]
      .filter { metric.forms.contains($0.0) }.map(\.1)
    let worlds = metric.worlds.map(\.title).joined(separator: " and ")
    var lines = ["\(metric.name): \(metric.title)", ""] + wrapped(metric.documentation)
    var sentences = ["A \(forms.joined(separator: " and a ")) on \(worlds)."]
    sentences += metric.presence.words.map { ["Only \($0)."] } ?? []
    if metric.isCount {
      sentences.append("It is a count of \(metric.unit).")
    } else if !metric.unit.isEmpty {
      sentences.append("Its unit is \(metric.unit).")
    }
    switch metric.range {
    case .fixed(let range): sentences.append("It is in \(words(range)).")
    case .taskReturns: sentences.append("It is in the range of the task's returns or rewards.")
    case .unknown: break
    }
    switch metric.better {
    case .higher: sentences.append("Higher is better.")
    case .lower: sentences.append("Lower is better.")
    case nil: break
    }
    if metric.items != nil {
      sentences.append(
        "It comes with \(metric.name)\(MetricDeclaration.standardErrorSuffix), over the items of the final evaluation."
      )
    }
    for part in self.worlds where metric.worlds.contains(part.world) {
      guard part.world.defaultMetric == metric.name else { continue }
      sentences.append("Arms on \(part.world.title) are compared by it unless another is named.")
    }
    lines += [""] + wrapped(sentences.joined(separator: " "))
    return lines.joined(separator: "\n")
  }

  /// Returns the description of a setting.
  ///
  /// - Parameters:
  ///   - setting: The declaration of the first that has it.
  ///   - owners: Everything that has a setting of this name, with its default there.
  /// - Returns: Lines.
  func description(
    of setting: SettingDeclaration, owners: [(name: String, value: SettingValue)]
  ) -> String {
    var defaults: [SettingValue] = []
    for owner in owners where !defaults.contains(owner.value) { defaults.append(owner.value) }
    let lines = defaults.flatMap { value in
      let names = owners.filter { $0.value == value }.map(\.name)
      return wrapped("\(value) in \(names.joined(separator: ", "))", indentation: "  ")
    }
    return
      ([setting.name, ""] + wrapped(setting.documentation) + wrapped("May be \(setting.allowed).")
      + ["", "Its default is"] + lines).joined(separator: "\n")
  }

  /// Lines with the settings, their allowed values and their meaning.
  func settingLines(_ settings: [SettingDeclaration]) -> [String] {
    guard !settings.isEmpty else { return ["", "It has no settings."] }
    return ["", "Settings"]
      + settings.flatMap { setting in
        ["  \(setting.name): \(setting.defaultValue)"]
          + wrapped(setting.documentation, indentation: "      ")
          + wrapped("May be \(setting.allowed).", indentation: "      ")
      }
  }

  private func header(_ component: some ComponentDeclaration, title: String?) -> [String] {
    let name = title.map { "\(component.name): \($0)" } ?? component.name
    return ["\(name) (revision \(component.revision))", ""] + wrapped(component.summary)
  }

  private func normalizationLines(_ environment: EnvironmentDeclaration) -> [String] {
    func text(_ value: Double) -> String { "\(SettingValue.number(value))" }
    let scale = environment.scoreNormalization
    return wrapped(
      "A normalized score is 0 at \(text(scale.zero)), the better of a random policy's return "
        + "(\(text(scale.random))) and the best with one action throughout (\(text(scale.constant))), "
        + "and 1 at \(text(scale.solved)).")
  }

  private func traitLines(_ task: LanguageTaskDeclaration) -> [String] {
    guard let traits = try? task.traits(task.settings.defaults) else { return [] }
    func list(_ names: [String]) -> String {
      names.isEmpty ? "none" : names.joined(separator: ", ")
    }
    return [
      "", "With its defaults", "  levels:           \(list(traits.levels))",
      "  held-out levels:  \(list(traits.heldOutLevels))",
      "  longest sequence: \(traits.longestSequence ?? 0) tokens",
    ] + wrapped("tokenizer: \(traits.tokenizer ?? "none")", indentation: "  ")
  }

  /// A prompt with its demonstration, and the rewards of the rule.
  private func exampleLines(_ declaration: LanguageTaskDeclaration) -> [String] {
    guard let task = try? declaration.make() else { return [] }
    func indented(_ text: String) -> [String] {
      text.split(separator: "\n", omittingEmptySubsequences: false).map { "  \($0)" }
    }
    let example = task.testExample(level: 0, 0)
    let reward = example.reward(example.demonstration)
    let parts = [("in all", reward.total)] + reward.components.map { ($0.name, $0.value) }
    let nothing = SettingValue.number(example.reward("").total)
    let unfinished = SettingValue.number(task.judge([], answering: example).reward.total)
    return ["", "A prompt"] + indented(example.prompt)
      + ["", "Its demonstration"] + indented(example.demonstration)
      + ["", "The rule pays for it"]
      + wrapped(
        parts.map { "\($0.0) \(SettingValue.number($0.1))" }.joined(separator: ", "),
        indentation: "  ")
      + ["  and \(nothing) for an empty completion, \(unfinished) for one that is cut off."]
  }

  /// The settings of a preset, once for all tasks with the same values.
  private func presetLines(
    _ preset: String, of algorithm: AlgorithmDeclaration, in part: WorldVocabulary
  ) -> [String] {
    presetGroups(preset, of: algorithm, in: part).flatMap { group in
      let words = group.values.isEmpty ? "the defaults" : group.values.joined(separator: ", ")
      return wrapped("\(group.tasks.joined(separator: ", ")): \(words)", indentation: "      ")
    }
  }

  private func words(_ range: ClosedRange<Double>) -> String {
    "\(SettingValue.number(range.lowerBound))...\(SettingValue.number(range.upperBound))"
  }
}
