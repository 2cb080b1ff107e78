internal import Settings

/// The reason why the store could not do as it was asked.
public enum StoreError: Error, Equatable, Sendable {
  /// A file operation failed, such as on a full disk.
  case cannot(action: String, path: String, reason: String)
  /// A stored record is not what was written.
  case damaged(RecordDamage)
  /// A record cannot be stored as it is, such as one with a metric that is not finite.
  case invalid(run: String, part: String, problem: String)
  /// The first digits of a key stand for no run or for several.
  case ambiguous(prefix: String, keys: [RunKey])
}

/// A fault in a stored record, with its place.
public struct RecordDamage: Equatable, Sendable {
  /// The name of the run, such as `cartpole/PPO/3`, where the reader knows it.
  public var run: String?
  /// The key of the run.
  public var key: RunKey
  /// The path of the file.
  public var file: String
  /// The part, such as `metric.evaluation_return`; `nil` where the file as a whole is meant.
  public var part: String?
  /// The fault in words.
  public var problem: String

  /// Creates a damage.
  public init(run: String?, key: RunKey, file: String, part: String?, problem: String) {
    self.run = run
    self.key = key
    self.file = file
    self.part = part
    self.problem = problem
  }
}

extension StoreError: CustomStringConvertible {
  /// One sentence.
  public var description: String {
    switch self {
    case .cannot(let action, let path, let reason): "cannot \(action) \(shownName(path)): \(reason)"
    case .damaged(let damage): damage.description
    case .invalid(let run, let part, let problem): "run \(run): \(part) \(problem)"
    case .ambiguous(let prefix, let keys) where keys.isEmpty:
      "no run in the store has a key that starts with '\(shownName(prefix))'"
    case .ambiguous(let prefix, let keys):
      "'\(prefix)' is the start of \(keys.count) keys: \(keys.map(\.short).joined(separator: ", "))"
    }
  }
}

extension RecordDamage: CustomStringConvertible {
  public var description: String {
    "\(finding); \(repair)"
  }

  /// The fault with its place, without what can be done about it.
  public var finding: String {
    let name = run.map { "run \($0) (key \(key.short))" } ?? "run \(key.short)"
    return "\(name): \(part.map { "\($0) in " } ?? "")\(file) \(problem)"
  }

  /// The command that mends it.
  private var repair: String {
    let parts = (run ?? "").split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count == 3, Int(parts[2]) != nil else {
      return "'labbook run' with the name of its experiment executes it again and replaces it"
    }
    return
      "'labbook run \(parts[0]) --arm \(parts[1]) --seed \(parts[2])' executes it again and replaces it"
  }
}
