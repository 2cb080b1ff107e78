public import Environments
public import LanguageTasks
public import NeuralNetworks
public import Settings
import Synchronization

/// A part of runs that specs name: an algorithm, a task, a network.
public protocol ComponentDeclaration: Sendable {
  /// The name in a spec, such as `ppo`.
  var name: String { get }
  /// Raised by hand when, and only when, results change.
  var revision: Int { get }
  /// One sentence that says what it is, for help and documentation.
  var summary: String { get }
  /// The settings that a spec may give it, in the order of help.
  var settings: [SettingDeclaration] { get }
}

/// The declaration of a task that runs train on: an environment or a language task.
public protocol TaskDeclaration: ComponentDeclaration {
  /// The returns of an episode, or the rewards of a completion.
  var scoreRange: ClosedRange<Double> { get }

  /// The settings without effect while the others have `values`, each with the reason.
  func idleSettings(in values: [String: SettingValue]) -> [String: String]

  /// Returns the traits of the task with settings that are each valid on their own; defaults hold for the others.
  ///
  /// - Throws: Settings that do not go together.
  func traits(_ settings: [String: SettingValue]) throws(SettingProblem) -> TaskTraits
}

extension AlgorithmDeclaration: ComponentDeclaration {}

extension NetworkDeclaration: ComponentDeclaration {}

extension EnvironmentDeclaration: TaskDeclaration {
  public var scoreRange: ClosedRange<Double> { returnRange }

  public func traits(_ settings: [String: SettingValue]) throws(SettingProblem) -> TaskTraits {
    TaskTraits(of: try make(settings))
  }
}

extension LanguageTaskDeclaration: TaskDeclaration {
  public var scoreRange: ClosedRange<Double> { rewardRange }

  public func traits(_ settings: [String: SettingValue]) throws(SettingProblem) -> TaskTraits {
    let question = TraitsQuestion(task: name, settings: settings)
    if let traits = knownTraits.withLock({ $0[question] }) { return traits }
    let traits = TaskTraits(of: try make(settings))
    knownTraits.withLock { $0[question] = traits }
    return traits
  }
}

private struct TraitsQuestion: Hashable {
  var task: String
  var settings: [String: SettingValue]
}

/// The traits that have been asked for: each run key of an experiment needs those of its one task, and a task
/// of puzzles is not made in no time.
private let knownTraits = Mutex<[TraitsQuestion: TaskTraits]>([:])
