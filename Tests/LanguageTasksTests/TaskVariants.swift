import LanguageTasks
import Settings

/// A task with one choice made, and everything else at its default.
struct TaskVariant: CustomStringConvertible, Sendable {
  let declaration: LanguageTaskDeclaration
  let settings: [String: SettingValue]

  /// The defaults of each task, and each case of each of its choices.
  static let all: [TaskVariant] = LanguageTaskRegistry.all.flatMap { declaration in
    let choices = declaration.settings.flatMap { setting in
      guard case .choice(let names) = setting.kind else { return [TaskVariant]() }
      return names.map {
        TaskVariant(declaration: declaration, settings: [setting.name: .choice($0)])
      }
    }
    return [TaskVariant(declaration: declaration, settings: [:])] + choices
  }

  /// A name without spaces.
  var description: String {
    settings.sorted { $0.key < $1.key }.reduce(declaration.name) {
      "\($0),\($1.key)=\($1.value)"
    }
  }

  /// Whether the rule pays training demonstrations in full; mixed ones are meant to leave room.
  var paysDemonstrations: Bool { settings["demonstration"] != .choice("mixed") }

  func task() throws -> any LanguageTask { try declaration.make(settings) }

  /// The first examples for training, and the first for testing of each level.
  func examples(_ count: Int) throws -> [TaskExample] {
    let task = try task()
    return (0..<count).map(task.trainingExample)
      + task.levels.indices.flatMap { level in
        (0..<count).map { task.testExample(level: level, $0) }
      }
  }
}

/// Returns the value of a part of a reward, or `nil`.
func component(_ name: String, of reward: TaskReward) -> Double? {
  reward.components.first { $0.name == name }?.value
}
