public import Settings

/// The problems of one or more spec files, all found in a single pass.
public struct SpecError: Error, Hashable, Sendable {
  /// A place in a spec file.
  public struct Position: Hashable, Sendable {
    /// The file's path from the lab's folder.
    public var path: String
    /// The line, counted from 1.
    public var line: Int
    /// The column, counted from 1 in Unicode scalars.
    public var column: Int

    /// Creates a position; the first character of a file has line 1 and column 1.
    public init(path: String, line: Int = 1, column: Int = 1) {
      self.path = path
      self.line = line
      self.column = column
    }
  }

  /// One problem at one place.
  public struct Issue: Hashable, Sendable {
    /// The place of the problem.
    public var position: Position
    /// The dotted path of the offending key, such as `arms.PPO.clip_range`; empty for the file.
    public var keyPath: String
    /// The problem found there.
    public var problem: Problem
    /// The specs that were read when it was found, where they extend the file that it stands in.
    public var extendingPaths: [String] = []

    /// Creates an issue.
    public init(_ problem: Problem, of keyPath: String, at position: Position) {
      self.position = position
      self.keyPath = keyPath
      self.problem = problem
    }

    /// The issue as it is found while the spec `path` is read.
    func found(reading path: String) -> Issue {
      var issue = self
      if position.path != path { issue.extendingPaths = [path] }
      return issue
    }
  }

  /// The kinds of problem.
  public enum Problem: Hashable, Sendable {
    case unreadable(reason: String)
    case notUTF8
    case empty
    case invalidYAML(String)
    /// A merge left both sides in the file; the line of its first mark.
    case mergeConflict(mark: String)
    case anchor
    case tag(String)
    case tooDeep(limit: Int)
    case complexKey
    case duplicateKey(firstLine: Int)
    case unknownKey(nearest: String?)
    case missing(expected: String)
    /// The value is not what the key or the setting allows.
    case value(SettingProblem)
    case emptyCollection(expected: String)
    case repeated(value: String)
    case invalidName(found: String)
    case duplicateLabel(label: String)
    /// A reader cannot tell the title from that of an arm or stage before.
    case duplicateTitle(title: String, other: String, place: String)
    case setAndSwept
    case tooManyArms(limit: Int)
    case presetUnavailable(preset: String, environment: String, available: [String])
    case conflict(String)
    /// Nothing reads the setting, whatever its value, as long as the other settings are as they are.
    case withoutEffect(reason: String)
    /// A task is on an environment and a language task at once.
    case twoTasks
    /// The key belongs to the other kind of task.
    case otherTask(isLanguage: Bool, known: [String])
    /// The key is for the engine's own runs, and the experiment has a trainer.
    case notWithTrainer
    /// The key is for experiments with a trainer, and this one has none.
    case needsTrainer
    /// A fault of a trainer's declaration, in words that follow the key.
    case trainer(String)
    /// The key stands in an arm and belongs in a stage, or the other way round.
    case misplaced(belongsIn: String)
    /// The arm named is no arm that can be named there.
    case wrongStage(label: String, isRewardModel: Bool)
    case rewardIgnored(algorithm: String)
    /// The metric is only of runs such as no arm has.
    case metricOfNoArm(metric: String, presence: String)
    /// The name stands for nothing that arms can differ in.
    case notVariable(found: String, nearest: String?)
    /// No two arms differ in the setting that `vary` names.
    case variedAlike(setting: String)
    /// Two arms differ in settings that `vary` does not name.
    case differsInMore(than: String, differences: [ArmDifference], varied: [String])
    case unusedStage
    case tooManyStages(limit: Int)
    case noSuchSpec(found: String)
    case outsideLab(found: String)
    case cycle(paths: [String])
    /// More files extend each other than anybody can follow.
    case tooManyFiles(limit: Int)
    case sameName(other: String)
  }

  /// The issues, in order of file, line and column, each once.
  public let issues: [Issue]

  /// Creates the error of `issues`, in any order.
  public init(_ issues: some Sequence<Issue>) {
    var extending: [Issue: Set<String>] = [:]
    for var issue in issues {
      let paths = issue.extendingPaths
      issue.extendingPaths = []
      extending[issue, default: []].formUnion(paths)
    }
    let merged = extending.map { issue, paths in
      var issue = issue
      issue.extendingPaths = paths.sorted()
      return issue
    }
    self.issues = merged.sorted {
      if $0.position != $1.position { return $0.position < $1.position }
      if $0.keyPath != $1.keyPath { return $0.keyPath < $1.keyPath }
      return "\($0.problem)" < "\($1.problem)"
    }
  }
}

extension SpecError.Position: Comparable {
  public static func < (first: Self, second: Self) -> Bool {
    (first.path, first.line, first.column) < (second.path, second.line, second.column)
  }
}
