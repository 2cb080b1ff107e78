internal import Algorithms
internal import Settings

extension ExperimentReader {
  /// The keys of an arm that are not settings of its algorithm.
  static let armKeys = ["algorithm", "preset", "title", "sweep"]
  static let mostArms = 1000

  /// Reads the arms, with sweeps expanded.
  ///
  /// - Parameters:
  ///   - file: The whole spec.
  ///   - common: The settings that all arms share; its environment is empty if the task is invalid.
  /// - Returns: The valid arms, in the order of the file.
  mutating func arms(in file: SpecReader.Section, common: RunConfiguration) -> [Arm] {
    guard let entry = file["arms"] else {
      reader.missing("arms", in: file, expected: "a mapping from labels to arms")
      return []
    }
    guard
      let section = reader.section(
        entry, path: "arms", expected: "a mapping from labels to arms")
    else { return [] }
    if section.entries.isEmpty {
      reader.report(
        .emptyCollection(expected: "at least one arm"), of: "arms", at: entry.value.position)
    }
    var arms: [Arm] = []
    var count = 0
    var labels: Set<String> = []
    for entry in section.entries {
      let path = section.path(of: entry.key)
      if !isLabel(entry.key) {
        reader.report(.invalidName(found: entry.key), of: path, at: entry.keyPosition)
      }
      guard let template = armTemplate(entry, path: path, common: common) else { continue }
      let (size, overflow) = template.sweep.size
      count += size
      if overflow || count > Self.mostArms {
        reader.report(.tooManyArms(limit: Self.mostArms), of: "arms", at: entry.keyPosition)
        return []
      }
      for arm in template.arms {
        if !labels.insert(arm.label).inserted {
          reader.report(.duplicateLabel(label: arm.label), of: path, at: entry.keyPosition)
        }
        arms.append(arm)
      }
    }
    return arms
  }

  /// Reads one entry of `arms`.
  private mutating func armTemplate(
    _ entry: SpecNode.Entry, path: String, common: RunConfiguration
  ) -> ArmTemplate? {
    let names = vocabulary.algorithms.map(\.name)
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
      let algorithm = vocabulary.algorithm(named: name)
    else { return nil }
    reader.checkKeys(of: section, known: Self.armKeys + algorithm.settings.map(\.name))

    let issuesBefore = reader.issues.count
    var values = algorithm.settings.defaults
    values.merge(
      preset(of: algorithm, in: section, environment: common.environment), uniquingKeysWith: { $1 })
    values.merge(
      reader.settings(of: section, declared: algorithm.settings), uniquingKeysWith: { $1 })
    let sweep = sweep(of: algorithm, in: section)

    var configuration = common
    configuration.algorithm = name
    configuration.algorithmSettings = values
    let template = ArmTemplate(
      label: entry.key, title: title ?? entry.key, configuration: configuration, sweep: sweep)
    if reader.issues.count == issuesBefore {
      checkConflicts(in: template, of: algorithm, section: section)
    }
    return template
  }

  private mutating func preset(
    of algorithm: Vocabulary.Algorithm, in section: SpecReader.Section, environment: String
  ) -> [String: SettingValue] {
    let path = section.path(of: "preset")
    guard let entry = section["preset"],
      let name = reader.name(entry, path: path, among: algorithm.presets),
      // Without a valid task there is no telling what the preset holds.
      !environment.isEmpty
    else { return [:] }
    guard let values = algorithm.preset(name, environment) else {
      let available = algorithm.presets.filter { algorithm.preset($0, environment) != nil }
      reader.report(
        .presetUnavailable(preset: name, environment: environment, available: available),
        of: path, at: entry.value.position)
      return [:]
    }
    return values
  }

  private mutating func sweep(
    of algorithm: Vocabulary.Algorithm, in section: SpecReader.Section
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
    in template: ArmTemplate, of algorithm: Vocabulary.Algorithm, section: SpecReader.Section
  ) {
    guard !template.sweep.size.overflow, template.sweep.size.count <= Self.mostArms else { return }
    let conflicts = template.arms.compactMap {
      algorithm.conflict($0.configuration.algorithmSettings)
    }
    for conflict in Set(conflicts) {
      let words = conflict.split { !($0.isLetter || $0.isNumber || $0 == "_") }.map(String.init)
      let written = words.compactMap { word in
        section[word]?.value.position ?? section["sweep"]?.value.entry(word)?.value.position
      }
      reader.report(
        .conflict(conflict), of: section.path, at: written.first ?? section.position)
    }
  }
}
