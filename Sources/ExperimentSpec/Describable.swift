internal import Algorithms
internal import LanguageTasks
internal import Metrics
internal import NeuralNetworks
internal import Settings

/// A declared thing that `labbook describe` tells about, by its name.
public struct Describable: Sendable {
  /// The kinds, in the order of lists.
  public enum Kind: String, CaseIterable, Sendable {
    case algorithm, environment
    case languageTask = "language task"
    case network, preset, key, metric, curve, setting
  }

  /// The kind of thing.
  public let kind: Kind
  /// The name in a spec or a record, such as `ppo`.
  public let name: String
  /// The name in print, such as `PPO`; nil where there is no other.
  public let title: String?
  /// The description in one sentence.
  public let summary: String
  /// The whole description, in lines of at most 100 columns, no line break at the end.
  public let text: @Sendable () -> String

  /// Creates a description.
  public init(
    _ kind: Kind, _ name: String, title: String? = nil, summary: String,
    text: @escaping @Sendable () -> String
  ) {
    self.kind = kind
    self.name = name
    self.title = title
    self.summary = summary
    self.text = text
  }
}

extension Vocabulary {
  /// Everything that specs may name and records may hold, by kind.
  public var describables: [Describable] {
    let components =
      named(worlds.flatMap(\.algorithms)).map { algorithm in
        Describable(
          .algorithm, algorithm.name, title: algorithm.title, summary: algorithm.summary
        ) {
          description(ofAlgorithm: algorithm.name) ?? ""
        }
      }
      + worlds.flatMap { part in
        part.tasks.map { task in
          Describable(
            part.world == .environments ? .environment : .languageTask, task.name,
            summary: task.summary
          ) { description(of: task) }
        }
      }
      + worlds.map { part in
        Describable(.network, part.network.name, summary: part.network.summary) {
          description(ofNetworkIn: part)
        }
      }
    return components + trainerPresets + keys + metrics + settings
  }

  /// The keys of specs, those of one name together.
  private var keys: [Describable] {
    var names: [String] = []
    for key in SpecKey.all where !names.contains(key.name) { names.append(key.name) }
    return names.map { name in
      let keys = SpecKey.all.filter { $0.name == name }
      return Describable(.key, name, summary: keys[0].documentation) { description(of: keys) }
    }
  }

  private var metrics: [Describable] {
    MetricDeclaration.all.map { metric in
      Describable(
        metric.forms == [.curve] ? .curve : .metric, metric.name, title: metric.title,
        summary: metric.documentation
      ) { description(of: metric) }
    }
  }

  private var settings: [Describable] {
    var uses: [(setting: SettingDeclaration, owners: [(name: String, value: SettingValue)])] = []
    func add(_ settings: [SettingDeclaration], of owner: String) {
      for setting in settings {
        let owner = (name: owner, value: setting.defaultValue)
        if let index = uses.firstIndex(where: { $0.setting.name == setting.name }) {
          uses[index].owners.append(owner)
        } else {
          uses.append((setting, [owner]))
        }
      }
    }
    for part in worlds {
      for algorithm in part.algorithms {
        add(algorithm.settings, of: "\(algorithm.name) on \(part.world.title)")
      }
      for task in part.tasks { add(task.settings, of: task.name) }
      add(part.network.settings, of: part.network.name)
      add(part.budget.settings, of: "budget on \(part.world.title)")
      add(part.evaluation.settings, of: "evaluation on \(part.world.title)")
    }
    return uses.map { use in
      Describable(.setting, use.setting.name, summary: use.setting.documentation) {
        description(of: use.setting, owners: use.owners)
      }
    }
  }

  /// The first of each name: an algorithm of both worlds is one algorithm.
  private func named(_ algorithms: [AlgorithmDeclaration]) -> [AlgorithmDeclaration] {
    var names: Set<String> = []
    return algorithms.filter { names.insert($0.name).inserted }
  }
}
