internal import Algorithms
internal import Settings

extension Arm {
  /// The traits of the experiment's task as they are for the arm.
  func traits(of task: TaskTraits) -> TaskTraits {
    guard reward != nil else { return task }
    var traits = task
    // The score of a reward model is all that it pays.
    traits.rewardComponents = ["score"]
    return traits
  }
}

extension ExperimentReader {
  static let mostArms = 1000

  /// Reads the stages and arms, with sweeps expanded.
  ///
  /// - Parameters:
  ///   - file: The whole spec.
  ///   - path: The spec's path from the lab's folder.
  ///   - part: The names of the task's world.
  ///   - traits: The traits of the task.
  ///   - common: The settings that all arms share; its task is empty if the task is invalid.
  ///   - varied: The settings that the arms may differ in; any if there are none.
  /// - Returns: The stages that something starts from, then the arms, each in the order of the file.
  mutating func arms(
    in file: SpecReader.Section, path: String, part: WorldVocabulary, traits: TaskTraits,
    common: RunConfiguration, varied: [VariedSetting]
  ) -> [Arm] {
    var labels: Set<String> = []
    var stages: [ArmTemplate] = []
    var unread: [String] = []
    if let entry = file["stages"] {
      if part.world.hasStages {
        (stages, unread) = templates(
          entry, .stages, part: part, traits: traits, common: common, labels: &labels)
      } else {
        reader.report(
          .otherTask(isLanguage: false, known: []), of: "stages", at: entry.keyPosition)
      }
    }
    guard let entry = file["arms"] else {
      reader.missing("arms", in: file, expected: "a mapping from labels to arms")
      return []
    }
    let arms = templates(
      entry, .arms, part: part, traits: traits, common: common, labels: &labels)
    unread += arms.unread
    let issuesBefore = reader.issues.count
    checkReferences(in: stages + arms.read, unread: unread)
    // A stage that a mistake keeps from being used is not told beside the mistake.
    let isComplete =
      unread.isEmpty && !arms.read.isEmpty && reader.issues.count == issuesBefore
    let used = labelsUsed(by: arms.read.flatMap(\.arms), among: stages.flatMap(\.arms))
    for stage in stages where isComplete && !used.contains(stage.arm.label) {
      // A file that extends another need not use all of its stages.
      guard stage.position.path == path else { continue }
      reader.report(.unusedStage, of: stage.path, at: stage.position)
    }
    checkTitles(of: stages.filter { used.contains($0.arm.label) } + arms.read)
    if isComplete, reader.issues.count == issuesBefore {
      checkVaried(varied, in: arms.read, stages: stages, part: part, traits: traits)
    }
    return stages.flatMap(\.arms).filter { used.contains($0.label) } + arms.read.flatMap(\.arms)
  }

  /// Reads the entries of `stages` or `arms`.
  ///
  /// - Returns: The valid ones, in the order of the file, and the labels of the others.
  private mutating func templates(
    _ entry: SpecNode.Entry, _ place: SpecKey.Place, part: WorldVocabulary, traits: TaskTraits,
    common: RunConfiguration, labels: inout Set<String>
  ) -> (read: [ArmTemplate], unread: [String]) {
    let path = place.rawValue
    guard
      let section = reader.section(
        entry, path: path, expected: "a mapping from labels to \(path)")
    else { return ([], [""]) }
    if section.entries.isEmpty {
      reader.report(
        .emptyCollection(expected: place == .arms ? "at least one arm" : "at least one stage"),
        of: path, at: entry.value.position)
    }
    var templates: [ArmTemplate] = []
    var unread: [String] = []
    var count = 0
    for entry in section.entries {
      let path = section.path(of: entry.key)
      if !isLabel(entry.key) {
        reader.report(.invalidName(found: entry.key), of: path, at: entry.keyPosition)
      }
      guard
        let template = armTemplate(
          entry, place, path: path, part: part, traits: traits, common: common)
      else {
        unread.append(entry.key)
        continue
      }
      let (size, overflow) = template.sweep.size
      count += size
      if overflow || count > Self.mostArms {
        reader.report(
          .tooManyArms(limit: Self.mostArms), of: place.rawValue, at: entry.keyPosition)
        return ([], [""])
      }
      for arm in template.arms where !labels.insert(arm.label).inserted {
        reader.report(.duplicateLabel(label: arm.label), of: path, at: entry.keyPosition)
      }
      templates.append(template)
    }
    return (templates, unread)
  }

  /// Reads one entry of `arms` or `stages`.
  private mutating func armTemplate(
    _ entry: SpecNode.Entry, _ place: SpecKey.Place, path: String, part: WorldVocabulary,
    traits: TaskTraits, common: RunConfiguration
  ) -> ArmTemplate? {
    let names = part.algorithms.map(\.name)
    guard
      let section = reader.section(
        entry, path: path, expected: "a mapping with the algorithm and its settings")
    else { return nil }
    let title = section["title"].flatMap { reader.text($0, path: section.path(of: "title")) }
    guard let nameEntry = section["algorithm"] else {
      reader.missing("algorithm", in: section, expected: "one of \(names.joined(separator: ", "))")
      return nil
    }
    guard
      let name = reader.name(nameEntry, path: section.path(of: "algorithm"), among: names),
      let algorithm = part.algorithm(named: name)
    else { return nil }
    checkKeys(of: section, place, part.world, algorithm)

    let issuesBefore = reader.issues.count
    var values = algorithm.settings.defaults
    values.merge(
      preset(of: algorithm, in: section, task: common.task), uniquingKeysWith: { $1 })
    let unwritten = values
    values.merge(
      reader.settings(of: section, declared: algorithm.settings), uniquingKeysWith: { $1 })
    let sweep = place == .arms ? sweep(of: algorithm, in: section) : Sweep()

    var configuration = common
    configuration.algorithm = name
    configuration.algorithmSettings = values
    if place == .stages { override(&configuration, in: section, of: part, algorithm) }
    var references: [String: SpecNode.Entry] = [:]
    if algorithm.mayStart(in: part.world) { references["start"] = section["from"] }
    if part.world.hasStages { references["reward"] = section["reward"] }
    if let reward = references["reward"], algorithm.product != .policy {
      reader.report(
        .rewardIgnored(algorithm: name), of: section.path(of: "reward"), at: reward.keyPosition)
      references["reward"] = nil
    }
    var arm = Arm(label: entry.key, title: title ?? entry.key, configuration: configuration)
    arm.isStage = place == .stages
    arm.start = references["start"].flatMap(\.value.scalar)
    arm.reward = references["reward"].flatMap(\.value.scalar)
    let template = ArmTemplate(
      arm: arm, sweep: sweep, product: algorithm.product, references: references, path: path,
      position: entry.keyPosition,
      titlePosition: section["title"]?.value.position ?? entry.keyPosition)
    if reader.issues.count == issuesBefore {
      checkConflicts(in: template, of: algorithm, on: arm.traits(of: traits), section: section)
    }
    if reader.issues.count == issuesBefore {
      checkEffects(
        in: template, of: algorithm, on: arm.traits(of: traits), section: section,
        unwritten: unwritten)
    }
    return template
  }

  /// Reports keys that an arm cannot have, with the right place of those that stand in the wrong one.
  private mutating func checkKeys(
    of section: SpecReader.Section, _ place: SpecKey.Place, _ world: World,
    _ algorithm: AlgorithmDeclaration
  ) {
    let known = SpecKey.names(in: place, of: world, for: algorithm) + algorithm.settings.map(\.name)
    var told: [String] = []
    for entry in section.entries where !known.contains(entry.key) {
      let path = section.path(of: entry.key)
      if !world.hasStages {
        let isOfStages = SpecKey.all.contains { key in
          key.name == entry.key && key.needsStages && key.places.contains(place)
        }
        guard isOfStages else { continue }
        reader.report(.otherTask(isLanguage: false, known: []), of: path, at: entry.keyPosition)
      } else {
        guard let other = SpecKey.place(of: entry.key, insteadOf: place) else { continue }
        reader.report(.misplaced(belongsIn: other.rawValue), of: path, at: entry.keyPosition)
      }
      told.append(entry.key)
    }
    reader.checkKeys(of: section, known: known + told)
  }

  /// Writes a stage's own budget and evaluation over those of the file.
  private mutating func override(
    _ configuration: inout RunConfiguration, in section: SpecReader.Section,
    of part: WorldVocabulary,
    _ algorithm: AlgorithmDeclaration
  ) {
    let common = configuration.evaluation
    var every: SpecNode.Entry?
    if let entry = section["budget"] {
      let values = settings(entry, path: section.path(of: "budget"), of: part, \.budget)
      configuration.budget.merge(values) { $1 }
      every = entry
    }
    if let entry = section["evaluation"] {
      let values = settings(entry, path: section.path(of: "evaluation"), of: part, \.evaluation)
      configuration.evaluation.merge(values) { $1 }
      var idle = part.evaluation.idleSettings(in: configuration.evaluation)
      for name in algorithm.unreadEvaluationSettings { idle[name] = "algorithm: \(algorithm.name)" }
      let path = section.path(of: "evaluation")
      let own = SpecReader.Section(
        path: path, position: entry.keyPosition, entries: entry.value.entries ?? [])
      reader.reportIdle(in: own, values: configuration.evaluation, otherwise: common, idle)
      every = entry.value.entry("every") ?? every ?? entry
    }
    if let every {
      checkInterval(
        of: configuration, path: section.path(of: "evaluation.every"), at: every.value.position)
    }
  }

  private mutating func preset(
    of algorithm: AlgorithmDeclaration, in section: SpecReader.Section, task: String
  ) -> [String: SettingValue] {
    let path = section.path(of: "preset")
    guard let entry = section["preset"],
      let name = reader.name(entry, path: path, among: algorithm.presets),
      // Without a valid task there is no telling what the preset holds.
      !task.isEmpty
    else { return [:] }
    guard let values = algorithm.preset(name, environment: task) else {
      let available = algorithm.presets.filter { algorithm.preset($0, environment: task) != nil }
      reader.report(
        .presetUnavailable(preset: name, environment: task, available: available),
        of: path, at: entry.value.position)
      return [:]
    }
    return values
  }

  private mutating func sweep(
    of algorithm: AlgorithmDeclaration, in section: SpecReader.Section
  ) -> Sweep {
    let path = section.path(of: "sweep")
    guard let entry = section["sweep"],
      let swept = reader.section(
        entry, path: path, expected: "a mapping from settings to lists of values")
    else { return Sweep() }
    reader.checkKeys(of: swept, known: algorithm.settings.map(\.name))
    if swept.entries.isEmpty {
      reader.report(
        .emptyCollection(expected: "at least one setting"), of: path, at: entry.value.position)
    }
    var axes: [Sweep.Axis] = []
    for entry in swept.entries {
      let path = swept.path(of: entry.key)
      guard let declaration = algorithm.settings.first(where: { $0.name == entry.key }) else {
        continue
      }
      if section[entry.key] != nil { reader.report(.setAndSwept, of: path, at: entry.keyPosition) }
      guard case .list(let nodes) = entry.value.content else {
        reader.wrongType(entry.value, path, expected: "a list of values")
        continue
      }
      if nodes.isEmpty {
        reader.report(
          .emptyCollection(expected: "at least one value"), of: path, at: entry.value.position)
      }
      guard nodes.count <= Self.mostArms else {
        reader.report(.tooManyArms(limit: Self.mostArms), of: path, at: entry.value.position)
        continue
      }
      var values: [SettingValue] = []
      for (index, node) in nodes.enumerated() {
        let path = "\(path)[\(index)]"
        guard let value = reader.value(node, path: path, declaration) else { continue }
        if values.contains(value) {
          reader.report(.repeated(value: "\(value)"), of: path, at: node.position)
        } else {
          values.append(value)
        }
      }
      axes.append(.init(setting: entry.key, values: values))
    }
    return Sweep(axes: axes)
  }

  /// Reports settings that do not go together, at one of them if the file names it, else at the arm.
  private mutating func checkConflicts(
    in template: ArmTemplate, of algorithm: AlgorithmDeclaration, on traits: TaskTraits,
    section: SpecReader.Section
  ) {
    guard !template.sweep.size.overflow, template.sweep.size.count <= Self.mostArms else { return }
    var told: [SettingConflict] = []
    for arm in template.arms {
      guard
        let conflict = algorithm.conflict(in: arm.configuration.algorithmSettings, on: traits),
        !told.contains(conflict)
      else { continue }
      told.append(conflict)
      let written = conflict.settings.compactMap { name in
        section[name]?.value.position ?? section["sweep"]?.value.entry(name)?.value.position
      }
      reader.report(
        .conflict(conflict.message), of: section.path, at: written.first ?? section.position)
    }
  }
}
