internal import Settings

/// A place in a text file, counted as editors count: both from 1, columns in characters.
public struct SourcePosition: Hashable, Comparable, Sendable {
  /// The line, counted from 1.
  public var line: Int
  /// The column in characters, counted from 1.
  public var column: Int

  /// Creates a position; both counts start at 1.
  public init(line: Int, column: Int) {
    self.line = line
    self.column = column
  }

  public static func < (left: SourcePosition, right: SourcePosition) -> Bool {
    (left.line, left.column) < (right.line, right.column)
  }
}

/// One mistake in a file that a person wrote.
public struct SourceProblem: Hashable, Sendable, CustomStringConvertible {
  /// The file's path as the person knows it.
  public var path: String
  /// The place in the file.
  public var position: SourcePosition
  /// One sentence without a full stop; names what was written and, where one is near, the right name.
  public var message: String

  /// Creates a problem at `position` of the file `path`.
  public init(path: String, position: SourcePosition, message: String) {
    self.path = path
    self.position = position
    self.message = message
  }

  /// The problem in the form that editors and terminals turn into a link.
  public var description: String {
    "\(path):\(position.line):\(position.column): error: \(excerpt(message))"
  }
}

/// Something in a file that can be built and is likely not meant.
public struct SourceWarning: Hashable, Sendable, CustomStringConvertible {
  /// The file's path as the person knows it.
  public var path: String
  /// The place in the file.
  public var position: SourcePosition
  /// One sentence without a full stop.
  public var message: String

  /// Creates a warning at `position` of the file `path`.
  public init(path: String, position: SourcePosition, message: String) {
    self.path = path
    self.position = position
    self.message = message
  }

  /// The warning in the form that editors and terminals turn into a link.
  public var description: String {
    "\(path):\(position.line):\(position.column): warning: \(excerpt(message))"
  }
}

/// Everything that is wrong with a notebook, in reading order.
public struct NotebookError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The problems, sorted by place, none of them twice.
  public var problems: [SourceProblem]

  /// Creates the error; `problems` are sorted by path and position, and doubles are dropped.
  public init(_ problems: [SourceProblem]) {
    var seen = Set<SourceProblem>()
    self.problems = problems.filter { seen.insert($0).inserted }.sorted {
      ($0.path, $0.position, $0.message) < ($1.path, $1.position, $1.message)
    }
  }

  /// One line per problem, and a last one that counts the rest where there are very many.
  public var description: String {
    let shown = problems.prefix(Self.mostShown).map(\.description)
    let others = problems.count - shown.count
    let rest = others > 0 ? ["error: there are \(others) more problems like these"] : []
    return (shown + rest).joined(separator: "\n")
  }

  private static let mostShown = 200
}
