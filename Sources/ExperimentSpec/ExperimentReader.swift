internal import Algorithms
internal import Metrics
internal import NeuralNetworks
internal import Settings
internal import Tensors

/// Turns the tree of a spec into an experiment: checks every key, applies defaults and presets.
struct ExperimentReader {
  let vocabulary: Vocabulary
  var reader = SpecReader()

  static let keys = SpecKey.all.filter {
    $0.places.contains(.experiment) && $0.trainers != .external
  }.map(\.name)
  static let mostSeeds = 1000

  init(vocabulary: Vocabulary) {
    self.vocabulary = vocabulary
  }

  /// Reads an experiment.
  ///
  /// - Parameters:
  ///   - root: The tree, with everything the file extends merged below it.
  ///   - path: The file's path from the lab's folder.
  /// - Returns: The experiment, or `nil` if there are issues.
  mutating func experiment(from root: SpecNode, path: String) -> Experiment? {
    let name = experimentName(ofSpec: path)
    if !isLabel(name) {
      reader.report(.invalidName(found: name), of: "", at: .init(path: path))
    }
    guard let entries = root.entries else {
      reader.wrongType(root, "", expected: "a mapping with the keys of an experiment")
      return nil
    }
    let file = SpecReader.Section(path: "", position: root.position, entries: entries)
    if let trainer = file["trainer"] { return experiment(of: trainer, in: file, name, path: path) }
    let foreign = file["settings"].map { [$0] } ?? []
    for entry in foreign {
      reader.report(.needsTrainer, of: entry.key, at: entry.keyPosition)
    }
    reader.checkKeys(of: file, known: Self.keys + foreign.map(\.key) + ["trainer"])

    let question = question(in: file)
    let title = file["title"].flatMap { reader.text($0, path: "title") }
    let task = task(in: file)
    let part = task.part
    let common = RunConfiguration(
      world: part.world, task: task.declaration?.name ?? "", taskSettings: task.settings,
      policy: settings("policy", in: file, of: part, \.network.declaration),
      budget: settings("budget", in: file, of: part, \.budget),
      evaluation: settings("evaluation", in: file, of: part, \.evaluation),
      algorithm: "", algorithmSettings: [:],
      numerics: numerics(in: file), seed: 0)
    checkInterval(of: common, in: file)
    let traits = checkTask(task, common, in: file)
    let seeds = seeds(in: file)
    let metric = metric(in: file, of: part, traits, common)
    checkIdle(of: task, common, in: file)
    let varied = varied(in: file, of: part)
    let arms = arms(
      in: file, path: path, part: part, traits: traits ?? TaskTraits(), common: common,
      varied: varied)
    checkMetric(metric, of: arms, in: file, part)
    checkSplit(in: file, common, varied: varied.map(\.name))
    guard reader.issues.isEmpty, let question else { return nil }
    return Experiment(
      name: name, path: path, question: question, title: title, metric: metric, seeds: seeds,
      varied: varied.map(\.name), arms: arms,
      warnings: reader.warnings.sorted { $0.position < $1.position })
  }
}

/// The name of the experiment in a spec file: the file's name without its ending.
func experimentName(ofSpec path: String) -> String {
  let file = path.split(separator: "/").last ?? ""
  for ending in [".yaml", ".yml"] where file.hasSuffix(ending) {
    return String(file.dropLast(ending.count))
  }
  return String(file)
}

/// Whether `name` is made of letters, digits, `_`, `+` and `-` of ASCII.
func isLabel(_ name: String) -> Bool {
  !name.isEmpty
    && name.utf8.allSatisfy { byte in
      (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte)
        || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
        || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || "_+-".utf8.contains(byte)
    }
}

// MARK: - What all arms share

extension ExperimentReader {
  mutating func question(in file: SpecReader.Section) -> String? {
    guard let entry = file["question"] else {
      reader.missing("question", in: file, expected: "the question that the experiment answers")
      return nil
    }
    return reader.text(entry, path: "question")
  }

  /// The task that `task` names; its world is known even where the task is not.
  private struct TaskChoice {
    var part: WorldVocabulary
    var declaration: (any TaskDeclaration)?
    var settings: [String: SettingValue] = [:]
  }

  private mutating func task(in file: SpecReader.Section) -> TaskChoice {
    var choice = TaskChoice(part: vocabulary.environments)
    guard let entry = file["task"] else {
      reader.missing("task", in: file, expected: "a mapping with the environment or language task")
      return choice
    }
    guard
      let section = reader.section(
        entry, path: "task",
        expected: "a mapping with the environment or language task and its settings")
    else { return choice }
    let named = vocabulary.worlds.filter { section[$0.world.key] != nil }
    if let last = named.last { choice.part = last }
    let key = choice.part.world.key
    if named.count > 1, let entry = section[key] {
      reader.report(.twoTasks, of: section.path(of: key), at: entry.keyPosition)
      return choice
    }
    guard let nameEntry = section[key] else {
      let choices = vocabulary.worlds.map { part in
        "one of \(part.tasks.map(\.name).joined(separator: ", "))"
      }
      let others = zip(vocabulary.worlds, choices).dropFirst().map { "; or \($0.world.key), \($1)" }
      reader.missing(key, in: section, expected: choices[0] + others.joined())
      return choice
    }
    let names = choice.part.tasks.map(\.name)
    guard let name = reader.name(nameEntry, path: section.path(of: key), among: names),
      let task = choice.part.task(named: name)
    else { return choice }
    reader.checkKeys(of: section, known: [key] + task.settings.map(\.name))
    let values = reader.settings(of: section, declared: task.settings)
    choice.declaration = task
    choice.settings = task.settings.defaults.merging(values) { $1 }
    return choice
  }

  /// Reports settings of the task and its policy that do not go together.
  ///
  /// - Returns: The traits of the task with its settings, if they are valid.
  private mutating func checkTask(
    _ task: TaskChoice, _ common: RunConfiguration, in file: SpecReader.Section
  ) -> TaskTraits? {
    let policy = file["policy"]
    if let conflict = task.part.network.conflict(in: common.policy) {
      let written = conflict.settings.compactMap { policy?.value.entry($0)?.value.position }
      reader.report(
        .conflict(conflict.message), of: "policy",
        at: written.first ?? policy?.keyPosition ?? file.position)
    }
    guard let declaration = task.declaration, let entry = file["task"] else { return nil }
    let traits: TaskTraits
    do throws(SettingProblem) { traits = try declaration.traits(task.settings) } catch {
      reader.report(.conflict("\(error)"), of: "task", at: entry.keyPosition)
      return nil
    }
    if case .integer(let context) = common.policy["context"],
      let longest = traits.longestSequence, context < longest
    {
      let most = "the most tokens of a prompt and its completion"
      let problem = SettingProblem.outOfRange(
        allowed: "at least \(longest), \(most)", found: "\(context)")
      reader.report(
        .value(problem), of: "policy.context",
        at: policy?.value.entry("context")?.value.position ?? policy?.keyPosition
          ?? entry.keyPosition)
    }
    return traits
  }

  /// Reports settings that all arms share and that nothing reads.
  private mutating func checkIdle(
    of task: TaskChoice, _ common: RunConfiguration, in file: SpecReader.Section
  ) {
    func check(
      _ key: String, _ values: [String: SettingValue], _ declared: [SettingDeclaration],
      _ idle: [String: String]
    ) {
      guard let entry = file[key], let entries = entry.value.entries else { return }
      reader.reportIdle(
        in: SpecReader.Section(path: key, position: entry.keyPosition, entries: entries),
        values: values, otherwise: declared.defaults, idle)
    }
    if let task = task.declaration {
      check("task", common.taskSettings, task.settings, task.idleSettings(in: common.taskSettings))
    }
    for (key, values, declared) in [
      ("policy", common.policy, task.part.network.declaration),
      ("budget", common.budget, task.part.budget),
      ("evaluation", common.evaluation, task.part.evaluation),
    ] {
      check(key, values, declared.settings, declared.idleSettings(in: values))
    }
  }

  /// Reads an optional section that holds settings and nothing else.
  private mutating func settings(
    _ key: String, in file: SpecReader.Section, of part: WorldVocabulary,
    _ section: KeyPath<WorldVocabulary, SettingsDeclaration>
  ) -> [String: SettingValue] {
    let declared = part[keyPath: section].settings
    guard let entry = file[key] else { return declared.defaults }
    let values = settings(entry, path: key, of: part, section)
    return declared.defaults.merging(values) { $1 }
  }

  /// Reads a section that holds settings and nothing else; what it does not name is left out.
  mutating func settings(
    _ entry: SpecNode.Entry, path: String, of part: WorldVocabulary,
    _ section: KeyPath<WorldVocabulary, SettingsDeclaration>
  ) -> [String: SettingValue] {
    let declared = part[keyPath: section].settings
    let names = declared.map(\.name)
    guard
      let found = reader.section(
        entry, path: path, expected: "a mapping with \(names.joined(separator: ", "))")
    else { return [:] }
    let others = vocabulary.worlds.filter { $0.world != part.world }
      .flatMap { $0[keyPath: section].settings.map(\.name) }
    let misplaced = found.entries.filter { !names.contains($0.key) && others.contains($0.key) }
    for entry in misplaced {
      reader.report(
        .otherTask(isLanguage: part.world == .languageTasks, known: names),
        of: found.path(of: entry.key), at: entry.keyPosition)
    }
    reader.checkKeys(of: found, known: names + misplaced.map(\.key))
    return reader.settings(of: found, declared: declared)
  }

  private mutating func numerics(in file: SpecReader.Section) -> NumericsProfile {
    let names = NumericsProfile.allCases.map(\.rawValue)
    return file["numerics"].flatMap { reader.name($0, path: "numerics", among: names) }
      .flatMap(NumericsProfile.init(rawValue:)) ?? .exact
  }

  private mutating func metric(
    in file: SpecReader.Section, of part: WorldVocabulary, _ traits: TaskTraits?,
    _ common: RunConfiguration
  ) -> String {
    // Which metrics there are depends on the task.
    guard let traits else { return "" }
    var samples = 1
    if case .integer(let value) = common.evaluation["samples"] { samples = value }
    let names = part.metrics.flatMap { $0.names(on: traits, samples: samples) }
    return file["metric"].flatMap { reader.name($0, path: "metric", among: names) }
      ?? part.world.defaultMetric
  }

  /// Reports a metric that no arm can have, given their algorithms and settings.
  private mutating func checkMetric(
    _ metric: String, of arms: [Arm], in file: SpecReader.Section, _ part: WorldVocabulary
  ) {
    let compared = arms.filter { !$0.isStage }
    guard let entry = file["metric"], !compared.isEmpty,
      let presence = MetricDeclaration.named(metric, in: part.world)?.presence,
      let words = presence.words
    else { return }
    let isPossible = compared.contains { arm in
      guard let algorithm = part.algorithm(named: arm.configuration.algorithm) else { return true }
      return algorithm.mayHave(
        presence, in: arm.configuration.algorithmSettings, isPaidByModel: arm.reward != nil)
    }
    if !isPossible {
      reader.report(
        .metricOfNoArm(metric: metric, presence: words), of: "metric", at: entry.value.position)
    }
  }

  /// Reports an evaluation interval that is longer than the budget: nothing trained would be
  /// evaluated.
  private mutating func checkInterval(of run: RunConfiguration, in file: SpecReader.Section) {
    checkInterval(
      of: run, path: "evaluation.every",
      at: file["evaluation"]?.value.entry("every")?.value.position
        ?? file["budget"]?.value.position ?? file.position)
  }

  /// Reports an evaluation interval that is longer than the budget at a place of its own.
  mutating func checkInterval(
    of run: RunConfiguration, path: String, at position: SpecError.Position
  ) {
    guard case .integer(let every) = run.evaluation["every"],
      case .integer(let budget) = run.budget[run.world.budgetSetting], every > budget
    else { return }
    reader.report(
      .value(
        .outOfRange(
          allowed: "at most the budget of \(budget) \(run.world.budgetUnit)", found: "\(every)")),
      of: path, at: position)
  }

  mutating func seeds(in file: SpecReader.Section) -> [Int] {
    let count = SettingDeclaration(
      name: "seeds", kind: .integer(1...Self.mostSeeds), defaultValue: .integer(10),
      documentation: "")
    guard let entry = file["seeds"] else { return Array(0..<10) }
    guard case .list(let nodes) = entry.value.content else {
      guard case .scalar = entry.value.content else {
        reader.wrongType(entry.value, "seeds", expected: "\(count.allowed), or a list of seeds")
        return []
      }
      guard case .integer(let count) = reader.value(entry.value, path: "seeds", count) else {
        return []
      }
      return Array(0..<count)
    }
    if nodes.isEmpty || nodes.count > Self.mostSeeds {
      let expected = "1 to \(Self.mostSeeds) seeds"
      let problem: SpecError.Problem =
        nodes.isEmpty
        ? .emptyCollection(expected: expected)
        : .value(.wrongType(expected: expected, found: "\(nodes.count) seeds"))
      reader.report(problem, of: "seeds", at: entry.value.position)
      return []
    }
    let seed = SettingDeclaration(
      name: "seed", kind: .integer(0...Int(Int32.max)), defaultValue: .integer(0),
      documentation: "")
    var seeds: [Int] = []
    for (index, node) in nodes.enumerated() {
      let path = "seeds[\(index)]"
      guard case .integer(let value) = reader.value(node, path: path, seed) else { continue }
      if seeds.contains(value) {
        reader.report(.repeated(value: "\(value)"), of: path, at: node.position)
      } else {
        seeds.append(value)
      }
    }
    // In order of number, so that the order in the file changes nothing.
    return seeds.sorted()
  }
}
