internal import Algorithms
internal import LanguageTasks
public import Settings

/// An algorithm on environments, or on language tasks: its settings and presets there.
public struct DescribedPart: Sendable {
  /// Where it is trained, such as *language tasks*.
  public let world: String
  /// The settings with their defaults.
  public let settings: [SettingDeclaration]
  /// The values that presets set, once for all tasks with the same values.
  public let presets: [Preset]

  /// The values of a preset for some tasks.
  public struct Preset: Sendable {
    /// The name of the preset.
    public let name: String
    /// The tasks that have these values.
    public let tasks: [String]
    /// Settings with their values, such as `learning_rate 0.001`; empty where it is the defaults.
    public let values: [String]
  }
}

extension Vocabulary {
  /// Returns what the algorithm `name` is in each world that has it.
  public func parts(ofAlgorithm name: String) -> [DescribedPart] {
    worlds.compactMap { part in
      part.algorithm(named: name).map { algorithm in
        DescribedPart(
          world: part.world.title, settings: algorithm.settings,
          presets: algorithm.presets.flatMap { preset in
            presetGroups(preset, of: algorithm, in: part).map { group in
              DescribedPart.Preset(name: preset, tasks: group.tasks, values: group.values)
            }
          })
      }
    }
  }

  /// The tasks that a preset has the same values for, with these.
  func presetGroups(
    _ preset: String, of algorithm: AlgorithmDeclaration, in part: WorldVocabulary
  ) -> [(tasks: [String], values: [String])] {
    var groups: [(values: [String: SettingValue], tasks: [String])] = []
    for task in part.tasks.map(\.name) {
      guard let values = algorithm.preset(preset, environment: task) else { continue }
      if let index = groups.firstIndex(where: { $0.values == values }) {
        groups[index].tasks.append(task)
      } else {
        groups.append((values, [task]))
      }
    }
    return groups.map { group in
      let values = algorithm.settings.compactMap { setting in
        group.values[setting.name].map { "\(setting.name) \($0)" }
      }
      return (group.tasks, values)
    }
  }
}
