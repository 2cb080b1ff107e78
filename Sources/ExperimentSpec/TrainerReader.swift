internal import ExternalTrainers
internal import ResultStore
internal import Settings

// MARK: - An experiment of an external trainer

extension ExperimentReader {
  /// Reads an experiment whose arms are trained by a command.
  mutating func experiment(
    of entry: SpecNode.Entry, in file: SpecReader.Section, _ name: String, path: String
  ) -> Experiment? {
    checkKeys(of: file, .experiment)
    let question = question(in: file)
    let title = file["title"].flatMap { reader.text($0, path: "title") }
    let trainer = trainer(entry)
    let common =
      file["settings"].map { reader.freeSettings($0, path: "settings") } ?? SettingsTree()
    let seeds = seeds(in: file)
    let arms = externalArms(in: file, common)
    if let trainer { checkSettings(of: arms, reach: trainer.command, entry) }
    var metric = trainer?.results.metrics.first?.name ?? ""
    if let trainer, let entry = file["metric"] {
      metric =
        reader.name(entry, path: "metric", among: trainer.results.metrics.map(\.name)) ?? metric
    }
    guard reader.issues.isEmpty, let question, let trainer else { return nil }
    var experiment = Experiment(
      name: name, path: path, question: question, title: title, metric: metric, seeds: seeds,
      arms: arms)
    experiment.trainer = trainer
    experiment.warnings = reader.warnings.sorted { $0.position < $1.position }
    return experiment
  }

  /// Reports a setting that the command names and an arm lacks, and one that no part of the command takes to the trainer.
  private mutating func checkSettings(
    of arms: [Arm], reach command: CommandTemplate, _ trainer: SpecNode.Entry
  ) {
    let settings = arms.compactMap { arm -> (label: String, settings: SettingsTree)? in
      guard case .external(let settings) = arm.training else { return nil }
      return (arm.label, settings)
    }
    guard let (word, problem) = command.problem(settings: settings),
      let entry = trainer.value.entries?.first(where: { $0.key == "command" }),
      case .list(let nodes) = entry.value.content
    else { return }
    reader.report(.trainer(problem), of: "trainer.command", at: nodes[word].position)
  }

  /// Reports keys that are not for an experiment with a trainer.
  private mutating func checkKeys(of section: SpecReader.Section, _ place: SpecKey.Place) {
    let known = SpecKey.names(ofExternalTrainersIn: place)
    let engine = SpecKey.all.filter {
      $0.places.contains(place) && $0.trainers == .engine && !known.contains($0.name)
    }.map(\.name)
    for entry in section.entries where engine.contains(entry.key) {
      reader.report(.notWithTrainer, of: section.path(of: entry.key), at: entry.keyPosition)
    }
    reader.checkKeys(of: section, known: known + engine)
  }

  private mutating func externalArms(
    in file: SpecReader.Section, _ common: SettingsTree
  ) -> [Arm] {
    guard let entry = file["arms"] else {
      reader.missing("arms", in: file, expected: "a mapping from labels to arms")
      return []
    }
    guard
      let section = reader.section(
        entry, path: "arms", expected: "a mapping from labels to arms")
    else { return [] }
    if section.entries.isEmpty || section.entries.count > Self.mostArms {
      reader.report(
        section.entries.isEmpty
          ? .emptyCollection(expected: "at least one arm") : .tooManyArms(limit: Self.mostArms),
        of: "arms", at: entry.value.position)
      return []
    }
    var arms: [Arm] = []
    var titles: [String: (arm: String, position: SpecError.Position)] = [:]
    for entry in section.entries {
      let path = section.path(of: entry.key)
      if !isLabel(entry.key) {
        reader.report(.invalidName(found: entry.key), of: path, at: entry.keyPosition)
      }
      // An arm that changes nothing may be written as `plain:` alone.
      let isEmpty = entry.value.summary == "nothing"
      let section =
        isEmpty
        ? SpecReader.Section(path: path, position: entry.keyPosition, entries: [])
        : reader.section(entry, path: path, expected: "a mapping with title and settings")
      guard let section else { continue }
      checkKeys(of: section, .arms)
      let title = section["title"].flatMap { reader.text($0, path: section.path(of: "title")) }
      let own = section["settings"].map {
        reader.freeSettings($0, path: section.path(of: "settings"))
      }
      if let name = own.flatMap(common.otherForm) {
        reader.report(
          .trainer(
            "has '\(name)', which differs from a setting of all arms in the form of an accent alone; write both alike"
          ), of: section.path(of: "settings"), at: entry.keyPosition)
      }
      let arm = Arm(
        label: entry.key, title: title ?? entry.key,
        training: .external(own.map(common.merging) ?? common))
      let position = section["title"]?.value.position ?? entry.keyPosition
      if let other = titles.updateValue((path, position), forKey: readableForm(ofTitle: arm.title))
      {
        reader.report(
          .duplicateTitle(
            title: arm.title, other: other.arm, place: "line \(other.position.line)"),
          of: path, at: position)
      }
      arms.append(arm)
    }
    return arms
  }
}

// MARK: - The trainer

extension ExperimentReader {
  private mutating func trainer(_ entry: SpecNode.Entry) -> ExternalTrainer? {
    guard
      let section = reader.section(
        entry, path: "trainer", expected: "a mapping with command, metrics and what they depend on")
    else { return nil }
    reader.checkKeys(of: section, known: SpecKey.names(ofExternalTrainersIn: .trainer))
    let preset = preset(in: section)
    let inputs = inputs(in: section)
    let mayResume = boolean("resume", in: section) ?? false
    let command = command(in: section, inputs: inputs.keys.sorted(), mayResume: mayResume)
    let environment = environment(in: section)
    let variables = variables(in: section)
    let secrets = section["secrets"].map { variableNames($0, path: "trainer.secrets") } ?? []
    for name in secrets where variables[name] != nil {
      reader.report(
        .trainer("names \(name), which stands under 'variables' too; a secret is in no key"),
        of: "trainer.secrets", at: section["secrets"]?.value.position ?? section.position)
    }
    let repeats = section["repeats"].flatMap {
      reader.name($0, path: "trainer.repeats", among: ["exact", "observed"])
    }
    let resources = resources(in: section)
    let results = results(in: section, preset)
    guard let command, let results else { return nil }
    return ExternalTrainer(
      command: command, inputs: inputs, environment: environment, variables: variables,
      secrets: secrets, resources: resources, results: results, mayResume: mayResume,
      repeatsExactly: repeats == "exact")
  }

  private mutating func command(
    in section: SpecReader.Section, inputs: [String], mayResume: Bool
  ) -> CommandTemplate? {
    let path = section.path(of: "command")
    let expected = "a list of the program and its arguments"
    guard let entry = section["command"] else {
      reader.missing("command", in: section, expected: expected)
      return nil
    }
    guard let nodes = reader.texts(entry, path: path, expected: expected) else { return nil }
    let template = CommandTemplate(nodes.map(\.text))
    if let (word, problem) = template.problem(inputs: inputs, mayResume: mayResume) {
      reader.report(.trainer(problem), of: path, at: nodes[word].position)
      return nil
    }
    return template
  }

  private mutating func inputs(in section: SpecReader.Section) -> [String: TrainerInput] {
    guard let entry = section["inputs"],
      let named = reader.section(
        entry, path: "trainer.inputs", expected: "a mapping from names to inputs")
    else { return [:] }
    var inputs: [String: TrainerInput] = [:]
    for entry in named.entries {
      let path = named.path(of: entry.key)
      if !isLabel(entry.key) {
        reader.report(.invalidName(found: entry.key), of: path, at: entry.keyPosition)
      }
      guard let (kind, text, position) = choice(entry, path: path, of: TrainerInput.kinds) else {
        continue
      }
      guard NamedPath.isOne(text) else {
        reader.report(
          .trainer("must be a path, got '\(text)'"), of: "\(path).\(kind)", at: position)
        continue
      }
      inputs[entry.key] = TrainerInput(kind: kind, path: text)
    }
    return inputs
  }

  private mutating func environment(in section: SpecReader.Section) -> TrainerEnvironment? {
    let path = "trainer.environment"
    guard let entry = section["environment"],
      let (kind, text, position) = choice(entry, path: path, of: TrainerEnvironment.kinds)
    else { return nil }
    let environment = TrainerEnvironment(kind: kind, text)
    if case .container = environment {
      let parts = text.split(separator: "@", omittingEmptySubsequences: false)
      let isPinned =
        parts.count == 2 && !parts[0].isEmpty && parts[1].hasPrefix("sha256:")
        && Digest.isHex(parts[1].dropFirst("sha256:".count))
      if !isPinned {
        reader.report(
          .trainer("must be the name of an image with its digest, NAME@sha256:…, got '\(text)'"),
          of: "\(path).\(kind)", at: position)
        return nil
      }
    }
    return environment
  }

  private mutating func variables(in section: SpecReader.Section) -> [String: String?] {
    let path = "trainer.variables"
    guard let entry = section["variables"] else { return [:] }
    var variables: [String: String?] = [:]
    guard let entries = entry.value.entries else {
      for name in variableNames(entry, path: path) { variables[name] = .some(nil) }
      return variables
    }
    for entry in entries {
      let path = "\(path).\(entry.key)"
      guard checkVariable(entry.key, path: path, at: entry.keyPosition) else { continue }
      guard case .scalar(let text, _) = entry.value.content else {
        reader.wrongType(entry.value, path, expected: "a text")
        continue
      }
      guard !text.unicodeScalars.contains("\0") else {
        reader.report(
          .trainer("has a zero byte, which no environment variable can have"), of: path,
          at: entry.value.position)
        continue
      }
      variables[entry.key] = text
    }
    return variables
  }

  private mutating func variableNames(_ entry: SpecNode.Entry, path: String) -> [String] {
    guard
      let nodes = reader.texts(
        entry, path: path, expected: "a list of names of environment variables")
    else { return [] }
    return nodes.filter { checkVariable($0.text, path: path, at: $0.position) }.map(\.text)
  }

  private mutating func checkVariable(
    _ name: String, path: String, at position: SpecError.Position
  ) -> Bool {
    let isName =
      name.first?.isNumber == false
      && name.utf8.allSatisfy {
        $0 == UInt8(ascii: "_") || Character(.init($0)).isLetter && $0 < 0x80
          || (0x30...0x39).contains($0)
      }
    if !isName {
      reader.report(
        .trainer("must be the name of an environment variable, got '\(name)'"), of: path,
        at: position)
    } else if name == "CUDA_VISIBLE_DEVICES" {
      reader.report(
        .trainer(
          "is handed out by 'resources: {gpus: …}', since which GPU a run has is no part of its key"
        ),
        of: path, at: position)
      return false
    }
    return isName
  }

  private mutating func resources(in section: SpecReader.Section) -> TrainerResources {
    var resources = TrainerResources()
    guard let entry = section["resources"],
      let own = reader.section(
        entry, path: "trainer.resources", expected: "a mapping with gpus, memory, time")
    else { return resources }
    reader.checkKeys(of: own, known: SpecKey.names(ofExternalTrainersIn: .resources))
    let gpus = SettingDeclaration(
      name: "gpus", kind: .integer(0...TrainerResources.mostGPUs), defaultValue: .integer(0),
      documentation: "")
    if let entry = own["gpus"],
      case .integer(let count) = reader.value(entry.value, path: own.path(of: "gpus"), gpus)
    {
      resources.gpus = count
    }
    func read(_ key: String, _ expected: String, _ value: (String) -> Int?) -> Int? {
      guard let entry = own[key] else { return nil }
      let found = entry.value.scalar.flatMap(value)
      if found == nil { reader.wrongType(entry.value, own.path(of: key), expected: expected) }
      return found
    }
    resources.memory = read("memory", "an amount of memory such as 512MB or 40GB") {
      TrainerResources.bytes($0)
    }
    resources.seconds = read("time", "a time such as 90s, 30m or 30min, 2h, 1h30m or 2d") {
      TrainerResources.seconds($0)
    }
    return resources
  }
}

// MARK: - Pieces

extension ExperimentReader {
  /// Reads a mapping with exactly one of several keys, whose value is a text.
  mutating func choice(
    _ entry: SpecNode.Entry, path: String, of kinds: [String]
  ) -> (kind: String, text: String, position: SpecError.Position)? {
    let expected = "a mapping with one of \(kinds.joined(separator: ", "))"
    guard let section = reader.section(entry, path: path, expected: expected) else { return nil }
    reader.checkKeys(of: section, known: kinds)
    let named = section.entries.filter { kinds.contains($0.key) }
    guard let first = named.first, named.count == 1 else {
      if !named.isEmpty || section.entries.isEmpty {
        reader.report(
          .trainer(
            "must be \(expected), got \(named.isEmpty ? "none" : listed(named.map(\.key)))"),
          of: path, at: named.last?.keyPosition ?? entry.value.position)
      }
      return nil
    }
    guard let text = first.value.scalar else {
      reader.wrongType(first.value, section.path(of: first.key), expected: "a text")
      return nil
    }
    return (first.key, text, first.value.position)
  }

  private mutating func boolean(_ key: String, in section: SpecReader.Section) -> Bool? {
    let declaration = SettingDeclaration(
      name: key, kind: .boolean, defaultValue: .boolean(false), documentation: "")
    guard let entry = section[key],
      case .boolean(let value) = reader.value(
        entry.value, path: section.path(of: key), declaration)
    else { return nil }
    return value
  }
}

/// Paths of inputs, from the lab's folder or absolute.
private enum NamedPath {
  /// Whether a text can be a path at all.
  static func isOne(_ text: String) -> Bool {
    text.unicodeScalars.allSatisfy { $0.properties.generalCategory != .control }
      && text.first != "~"
  }
}
