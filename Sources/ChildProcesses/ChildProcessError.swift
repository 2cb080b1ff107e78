/// The reason why a program could not be started.
package struct ChildProcessError: Error, Equatable, Sendable {
  /// The program and its arguments.
  package var words: [String]
  /// The reason in words.
  package var reason: String

  /// Creates an error.
  package init(words: [String], reason: String) {
    self.words = words
    self.reason = reason
  }
}
