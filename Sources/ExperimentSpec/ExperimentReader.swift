internal import Algorithms
internal import Settings
internal import Tensors

/// Turns the tree of a spec into an experiment: checks every key, applies defaults and presets.
struct ExperimentReader {
  let vocabulary: Vocabulary
  var reader = SpecReader()

  static let keys = [
    "question", "title", "extends", "task", "policy", "budget", "evaluation", "seeds", "metric",
    "numerics", "arms",
  ]
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
    reader.checkKeys(of: file, known: Self.keys)

    let question = question(in: file)
    let title = file["title"].flatMap { reader.text($0, path: "title") }
    let task = task(in: file)
    let common = RunConfiguration(
      environment: task?.environment ?? "",
      taskSettings: task?.settings ?? [:],
      policy: settings("policy", in: file, vocabulary.policy),
      budget: settings("budget", in: file, vocabulary.budget),
      evaluation: settings("evaluation", in: file, vocabulary.evaluation),
      algorithm: "", algorithmSettings: [:],
      numerics: numerics(in: file), seed: 0)
    checkInterval(of: common, in: file)
    let seeds = seeds(in: file)
    let metric = metric(in: file)
    let arms = arms(in: file, common: common)
    guard reader.issues.isEmpty, let question else { return nil }
    return Experiment(
      name: name, path: path, question: question, title: title, metric: metric, seeds: seeds,
      arms: arms)
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
  private mutating func question(in file: SpecReader.Section) -> String? {
    guard let entry = file["question"] else {
      reader.missing("question", in: file, expected: "the question that the experiment answers")
      return nil
    }
    return reader.text(entry, path: "question")
  }

  private mutating func task(
    in file: SpecReader.Section
  ) -> (environment: String, settings: [String: SettingValue])? {
    let names = vocabulary.environments.map(\.name)
    guard let entry = file["task"] else {
      reader.missing("task", in: file, expected: "a mapping with the environment")
      return nil
    }
    guard
      let section = reader.section(
        entry, path: "task", expected: "a mapping with the environment and its settings")
    else { return nil }
    guard let nameEntry = section["environment"] else {
      reader.missing(
        "environment", in: section, expected: "one of \(names.joined(separator: ", "))")
      return nil
    }
    guard let name = reader.name(nameEntry, path: "task.environment", among: names),
      let environment = vocabulary.environment(named: name)
    else { return nil }
    reader.checkKeys(of: section, known: ["environment"] + environment.settings.map(\.name))
    let values = reader.settings(of: section, declared: environment.settings)
    return (name, environment.settings.defaults.merging(values) { $1 })
  }

  /// Reads an optional section that holds settings and nothing else.
  private mutating func settings(
    _ key: String, in file: SpecReader.Section, _ declared: [SettingDeclaration]
  ) -> [String: SettingValue] {
    guard let entry = file[key],
      let section = reader.section(
        entry, path: key, expected: "a mapping with \(declared.map(\.name).joined(separator: ", "))"
      )
    else { return declared.defaults }
    reader.checkKeys(of: section, known: declared.map(\.name))
    let values = reader.settings(of: section, declared: declared)
    return declared.defaults.merging(values) { $1 }
  }

  private mutating func numerics(in file: SpecReader.Section) -> NumericsProfile {
    let names = NumericsProfile.allCases.map(\.rawValue)
    return file["numerics"].flatMap { reader.name($0, path: "numerics", among: names) }
      .flatMap(NumericsProfile.init(rawValue:)) ?? .exact
  }

  private mutating func metric(in file: SpecReader.Section) -> String {
    let names = vocabulary.metrics.map(\.name)
    return file["metric"].flatMap { reader.name($0, path: "metric", among: names) }
      ?? "evaluation_return"
  }

  /// Reports an evaluation interval that is longer than the budget: nothing trained would be
  /// evaluated.
  private mutating func checkInterval(of run: RunConfiguration, in file: SpecReader.Section) {
    guard case .integer(let every) = run.evaluation["every"],
      case .integer(let steps) = run.budget["environment_steps"], every > steps
    else { return }
    reader.report(
      .value(.outOfRange(allowed: "at most the budget of \(steps) steps", found: "\(every)")),
      of: "evaluation.every",
      at: file["evaluation"]?.value.entry("every")?.value.position
        ?? file["budget"]?.value.position ?? file.position)
  }

  private mutating func seeds(in file: SpecReader.Section) -> [Int] {
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
