/// A kind of task that runs train on, with its names in specs, run keys and reports.
public struct World: Hashable, Sendable {
  /// The key of `task:` that names the task, and the field of a run key that does.
  public let key: String
  /// The name of its tasks together, such as `language tasks`.
  public let title: String
  /// The name of one of them.
  public let taskTitle: String
  /// The prefix of the task's settings in a run key.
  public let settingsPrefix: String
  /// The metric that arms are compared by, and the curve that is drawn, unless one is named.
  public let defaultMetric: String
  /// The setting of the budget that training counts down.
  public let budgetSetting: String
  /// The unit of the budget.
  public let budgetUnit: String
  /// Whether runs start from stages and are paid by reward models.
  public let hasStages: Bool

  /// Environments, stepped one action at a time.
  public static let environments = World(
    key: "environment", title: "environments", taskTitle: "environment",
    settingsPrefix: "environment", defaultMetric: "evaluation_return",
    budgetSetting: "environment_steps", budgetUnit: "steps", hasStages: false)

  /// Prompts that language models complete, paid by a rule.
  public static let languageTasks = World(
    key: "language", title: "language tasks", taskTitle: "language task", settingsPrefix: "task",
    defaultMetric: "test_accuracy", budgetSetting: "tokens", budgetUnit: "tokens", hasStages: true)

  /// Every world, in the order of help and documentation.
  public static let all = [environments, languageTasks]

  /// The prefix of the task's name in the field of its revision.
  public var revisionPrefix: String { "revision.\(settingsPrefix)." }

  /// The world of the run or arm whose key has these fields; environments, where none is named.
  public init(ofKey fields: [String: String]) {
    self = Self.all.first { fields[$0.key] != nil } ?? .environments
  }

  private init(
    key: String, title: String, taskTitle: String, settingsPrefix: String, defaultMetric: String,
    budgetSetting: String, budgetUnit: String, hasStages: Bool
  ) {
    self.key = key
    self.title = title
    self.taskTitle = taskTitle
    self.settingsPrefix = settingsPrefix
    self.defaultMetric = defaultMetric
    self.budgetSetting = budgetSetting
    self.budgetUnit = budgetUnit
    self.hasStages = hasStages
  }
}
