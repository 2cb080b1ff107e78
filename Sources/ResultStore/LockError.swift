internal import Settings

/// A fault in a lock, with its place.
public struct LockError: Error, Equatable, Sendable {
  /// The kinds of fault.
  public enum Problem: Equatable, Sendable {
    /// The text is not a lock, such as after a merge conflict.
    case malformed(line: Int?, String)
    /// One part of one run, or of an arm's preimage, is not what was written.
    case altered(run: String, part: String, String)
    /// Something outside the runs is not what was written.
    case alteredElsewhere(String)
  }

  /// The path of the file; empty for a lock in memory.
  public var path: String
  /// The fault.
  public var problem: Problem

  /// Creates an error.
  public init(path: String, problem: Problem) {
    self.path = path
    self.problem = problem
  }
}

extension LockError: CustomStringConvertible {
  /// One sentence, after `file:line: error:` where the place is known.
  public var description: String {
    let file = path.isEmpty ? "lock" : shownName(path)
    return switch problem {
    case .malformed(let line?, let words): "\(file):\(line): error: \(words)"
    case .malformed(nil, let words): "\(file): error: \(words)"
    case .altered(let run, let part, let words): "\(file): error: \(run): \(part) \(words)"
    case .alteredElsewhere(let words): "\(file): error: \(words)"
    }
  }
}
