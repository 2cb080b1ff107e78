internal import Algorithms
internal import NeuralNetworks
internal import ResultStore
internal import Settings
internal import Tensors

/// Reads the fields of a preimage back into a configuration.
struct PreimageReader {
  let vocabulary: Vocabulary
  var fields: [String: String]
  var problems: [RunIdentityError.Problem] = []

  init(vocabulary: Vocabulary, fields: [String: String]) {
    self.vocabulary = vocabulary
    self.fields = fields
  }

  mutating func configuration() throws(RunIdentityError) -> RunConfiguration {
    let world = World(ofKey: fields)
    let part = vocabulary[world]
    let algorithm = take("algorithm", .choice(part.algorithms.map(\.name)))
      .flatMap { part.algorithm(named: "\($0)") }
    let task = take(world.key, .choice(part.tasks.map(\.name)))
      .flatMap { part.task(named: "\($0)") }
    let numerics = take("numerics", .choice(NumericsProfile.allCases.map(\.rawValue)))
      .flatMap { NumericsProfile(rawValue: "\($0)") }
    let seed = take("seed", .integer(0...Int.max))
    let start = algorithm?.mayStart(in: world) ?? world.hasStages ? takeKey("start") : nil
    let reward = world.hasStages ? takeKey("reward") : nil
    guard let algorithm, let task, let numerics, case .integer(let seed) = seed else {
      throw RunIdentityError(problems: problems)
    }
    let run = RunConfiguration(
      world: world, task: task.name,
      taskSettings: settings(world.settingsPrefix, task.settings),
      policy: settings("policy", part.network.settings),
      budget: settings("budget", part.budget.settings),
      evaluation: settings("evaluation", part.evaluation.settings),
      algorithm: algorithm.name,
      algorithmSettings: settings("algorithm", algorithm.settings),
      start: start, reward: reward, numerics: numerics, seed: seed)
    checkRevisions(of: run)
    problems += fields.keys.sorted().map { .unknownField($0) }
    guard problems.isEmpty else { throw RunIdentityError(problems: problems) }
    return run
  }

  /// Takes the field with the run key of a stage, which most preimages do not have.
  private mutating func takeKey(_ name: String) -> String? {
    guard let text = fields.removeValue(forKey: name) else { return nil }
    if RunKey(hex: text) == nil {
      problems.append(
        .value(
          field: name,
          .wrongType(expected: "a run key of 64 hexadecimal digits", found: text)))
    }
    return text
  }

  /// Takes the field of a setting that every preimage has.
  private mutating func take(_ name: String, _ kind: SettingDeclaration.Kind) -> SettingValue? {
    value(
      name,
      SettingDeclaration(name: name, kind: kind, defaultValue: .none, documentation: ""))
  }

  private mutating func settings(
    _ prefix: String, _ declarations: [SettingDeclaration]
  ) -> [String: SettingValue] {
    var values: [String: SettingValue] = [:]
    for declaration in declarations {
      values[declaration.name] = value("\(prefix).\(declaration.name)", declaration)
    }
    return values
  }

  private mutating func value(_ field: String, _ declaration: SettingDeclaration) -> SettingValue? {
    guard let text = fields.removeValue(forKey: field) else {
      if declaration.earlierValue == nil { problems.append(.missingField(field)) }
      return declaration.earlierValue
    }
    do throws(SettingProblem) {
      let value = try declaration.value(reading: text)
      if let count = value.elementCount, count > Self.mostElements {
        throw .outOfRange(allowed: "at most \(Self.mostElements) values", found: "\(count)")
      }
      // A key stands for one text: another spelling, or a value that is left out, is another key.
      if "\(value)" == text, value != declaration.earlierValue { return value }
      problems.append(.notCanonical(field: field, found: text))
    } catch {
      problems.append(.value(field: field, error))
    }
    return nil
  }

  /// The most values of a list. A network has as many layers as a list has widths, so a lock that somebody made up
  /// could fill the memory of whoever verifies it.
  private static let mostElements = 1000

  private mutating func checkRevisions(of run: RunConfiguration) {
    var expected = vocabulary.revisions(of: run)
    expected.merge(vocabulary.numericsFields(run.numerics)) { $1 }
    for (name, current) in expected.sorted(by: { $0.key < $1.key }) {
      guard let made = fields.removeValue(forKey: name) else {
        problems.append(.missingField(name))
        continue
      }
      if made != current { problems.append(.otherRevision(field: name, made: made, now: current)) }
    }
  }
}

extension SettingValue {
  /// The number of values of a list; `nil` of anything else.
  fileprivate var elementCount: Int? {
    switch self {
    case .integers(let values): values.count
    case .numbers(let values): values.count
    case .integer, .number, .boolean, .choice, .none: nil
    }
  }
}
