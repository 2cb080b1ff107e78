internal import Algorithms
internal import Settings

/// A setting that the arms of an experiment may differ in, where its key `vary` names it.
struct VariedSetting {
  var name: String
  var path: String
  var position: SpecError.Position
}

/// One setting in which two arms differ.
public struct ArmDifference: Hashable, Sendable {
  /// The name of the setting, or `algorithm`, `from` or `reward`.
  public var setting: String
  /// The value in the arm, and in the one that it is compared with, as people read them.
  public var value, other: String
}

extension ArmDifference: CustomStringConvertible {
  public var description: String { "\(setting) (\(value), \(other))" }
}

extension WorldVocabulary {
  /// The names of everything that two arms of an experiment can differ in, sorted.
  ///
  /// Task, policy, budget and evaluation are the experiment's: no arm has others.
  var variable: [String] {
    let references = world.hasStages ? ["from", "reward"] : []
    return Set(algorithms.flatMap { $0.settings.map(\.name) } + ["algorithm"] + references)
      .sorted()
  }
}

extension ExperimentReader {
  /// Reads the key `vary`: a setting, or a list of settings.
  mutating func varied(in file: SpecReader.Section, of part: WorldVocabulary) -> [VariedSetting] {
    guard let entry = file["vary"] else { return [] }
    let nodes: [(path: String, node: SpecNode)]
    switch entry.value.content {
    case .list(let list): nodes = list.enumerated().map { ("vary[\($0)]", $1) }
    case .scalar: nodes = [("vary", entry.value)]
    case .mapping:
      reader.wrongType(entry.value, "vary", expected: "a setting, or a list of settings")
      return []
    }
    if nodes.isEmpty {
      reader.report(
        .emptyCollection(expected: "at least one setting"), of: "vary", at: entry.value.position)
    }
    let known = part.variable
    guard nodes.count <= known.count else {
      reader.wrongType(
        entry.value, "vary", expected: "at most the \(known.count) settings that there are")
      return []
    }
    var varied: [VariedSetting] = []
    for (path, node) in nodes {
      guard let name = node.scalar else {
        reader.wrongType(node, path, expected: "a setting")
        continue
      }
      if !known.contains(name) {
        reader.report(
          .notVariable(found: name, nearest: nearestName(to: name, among: known)), of: path,
          at: node.position)
      } else if varied.contains(where: { $0.name == name }) {
        reader.report(.repeated(value: name), of: path, at: node.position)
      } else {
        varied.append(.init(name: name, path: path, position: node.position))
      }
    }
    return varied
  }

  /// Reports arms that differ in more than `varied`, and settings of it that none differ in.
  ///
  /// Resolved settings are compared, whatever algorithm and preset they come from, for algorithms are points on the
  /// same axes. A setting counts for the arms that read it: where one is without effect because of another, the
  /// other one is the difference. One that an algorithm does not have is another value. Stages are the same if
  /// their runs are.
  ///
  /// - Parameters:
  ///   - varied: What `vary` names; nothing is promised if that is empty.
  ///   - templates: The arms.
  ///   - stages: The stages.
  ///   - part: The names of the task's world.
  ///   - traits: The traits of the task.
  mutating func checkVaried(
    _ varied: [VariedSetting], in templates: [ArmTemplate], stages: [ArmTemplate],
    part: WorldVocabulary, traits: TaskTraits
  ) {
    guard !varied.isEmpty else { return }
    let arms = templates.enumerated().flatMap { index, template in
      template.arms.map { (template: index, arm: $0) }
    }
    let all = stages.flatMap(\.arms) + arms.map(\.arm)
    let settings = ResolvedSettings(of: arms.map(\.arm), among: all, part: part, traits: traits)
    let names = varied.map(\.name)
    var told: Set<Int> = []
    for (index, arm) in arms.enumerated() where !told.contains(arm.template) {
      let others = settings.differences(of: index).filter { !names.contains($0.difference.setting) }
      guard let first = others.map(\.reference).min() else { continue }
      told.insert(arm.template)
      let template = templates[arm.template]
      reader.report(
        .differsInMore(
          than: arms[first].arm.label,
          differences: others.filter { $0.reference == first }.map(\.difference), varied: names),
        of: template.path, at: template.position)
    }
    for one in varied where !settings.differing.contains(one.name) {
      reader.report(.variedAlike(setting: one.name), of: one.path, at: one.position)
    }
  }
}

/// The settings that arms read, once all is resolved, compared setting by setting.
private struct ResolvedSettings {
  /// A value as it is compared and as people read it.
  private struct Value {
    var identity: String?
    var text: String
  }

  /// The ways in which arms can differ, in the order of messages.
  private let names: [String]
  /// The values of each arm, in the order of the names; nil where nothing reads one.
  private let values: [[Value?]]
  /// The first arm that reads a setting, by name: all others are held to it.
  private let references: [Int?]

  init(of arms: [Arm], among all: [Arm], part: WorldVocabulary, traits: TaskTraits) {
    let algorithms = arms.map { part.algorithm(named: $0.configuration.algorithm) }
    var settings: [String] = []
    for name in algorithms.flatMap({ $0?.settings.map(\.name) ?? [] })
    where !settings.contains(name) { settings.append(name) }
    names = ["algorithm"] + settings + ["from", "reward"]
    let identities = StageIdentities(among: all)
    values = zip(arms, algorithms).map { arm, algorithm in
      guard let algorithm else { return [] }
      let values = arm.configuration.algorithmSettings
      let idle = algorithm.idleSettings(in: values, on: arm.traits(of: traits))
      let own = Set(algorithm.settings.map(\.name))
      // Algorithms on the same axes are one in all but their settings.
      let axes = algorithms.compactMap(\.self).first { $0.hasAxes(of: algorithm) } ?? algorithm
      return [Value(identity: axes.name, text: algorithm.name)]
        + settings.map { name in
          guard own.contains(name) else {
            return Value(identity: nil, text: "no setting of \(algorithm.name)")
          }
          guard idle[name] == nil, let value = values[name] else { return nil }
          return Value(identity: "\(value)", text: "\(value)")
        }
        + [arm.start, arm.reward].map { label in
          Value(identity: identities.first(like: label), text: label ?? "none")
        }
    }
    // Where an algorithm lacks a setting and nothing else reads it, there is no difference.
    let (names, values) = (names, values)
    references = names.indices.map { name in
      let isRead = values.contains { $0[name]?.identity != nil }
      return isRead ? values.firstIndex { $0[name] != nil } : nil
    }
  }

  /// The settings in which an arm differs from the first arm that reads them.
  func differences(of arm: Int) -> [(reference: Int, difference: ArmDifference)] {
    names.indices.compactMap { name in
      guard let reference = references[name], let value = values[arm][name],
        let other = values[reference][name], value.identity != other.identity
      else { return nil }
      return (
        reference, ArmDifference(setting: names[name], value: value.text, other: other.text)
      )
    }
  }

  /// The settings in which some arms differ.
  var differing: Set<String> {
    Set(values.indices.flatMap { differences(of: $0).map(\.difference.setting) })
  }
}

/// Stages by what they are, not by what they are called.
private struct StageIdentities {
  /// The first stage with the same runs, by label.
  private let first: [String: String]

  /// Finds out which of the stages that arms stand on are the same.
  ///
  /// - Parameter arms: All stages and arms; none stands on itself.
  init(among arms: [Arm]) {
    let used = Set(arms.flatMap(\.stages.values))
    let arms = arms.filter { used.contains($0.label) }
    var first: [String: String] = [:]
    func find(_ label: String?) -> String? {
      guard let label, let arm = arms.first(where: { $0.label == label }) else { return nil }
      if let known = first[label] { return known }
      let found = arms.first { other in
        other.label == label
          || other.configuration == arm.configuration && find(other.start) == find(arm.start)
            && find(other.reward) == find(arm.reward)
      }
      first[label] = found?.label
      return found?.label
    }
    for label in used.sorted() { _ = find(label) }
    self.first = first
  }

  /// The label of the first stage whose runs are those of `label`; nil for none.
  func first(like label: String?) -> String? { label.flatMap { first[$0] } }
}
