internal import CanonicalJSON

/// A fault in a file of metrics, or in what is asked of it, with its place.
package struct MetricFileError: Error, Equatable, Sendable, CustomStringConvertible {
  /// A place within a file.
  package enum Place: Hashable, Sendable {
    /// A line, counted from 1, and a column in bytes where it is known.
    case line(Int, column: Int?)
    /// A byte of a binary file, counted from 0.
    case byte(Int)
  }

  /// The file, as it is shown.
  package var file: String
  /// The place; nil where the file as a whole is meant.
  package var place: Place?
  /// The fault in words.
  package var problem: String
  /// Whether the file, or what is asked of it, is not there at all, so that other runs of one trainer lack it too.
  package var isOfRequest: Bool

  /// Creates an error.
  init(_ file: String, at place: Place? = nil, _ problem: String, isOfRequest: Bool = false) {
    self.file = file
    self.place = place
    self.problem = problem
    self.isOfRequest = isOfRequest
  }

  /// One sentence, such as `metrics.csv:3:7: expected a number, found 'abc'`.
  package var description: String {
    switch place {
    case .line(let line, let column?): "\(file):\(line):\(column): \(problem)"
    case .line(let line, nil): "\(file):\(line): \(problem)"
    case .byte(let byte): "\(file): at byte \(byte): \(problem)"
    case nil: "\(file): \(problem)"
    }
  }
}

extension MetricFileError {
  /// A fault in a JSON text that begins on the line after `linesBefore` others.
  init(_ file: String, _ error: JSONError, linesBefore: Int = 0) {
    self.init(file, at: .line(error.line + linesBefore, column: error.column), error.problem)
  }
}
