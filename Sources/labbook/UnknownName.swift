import Settings

/// A word on the command line that stands for nothing.
///
/// It is told in one sentence: how the command is used was not the question.
struct UnknownName: Error, CustomStringConvertible {
  var description: String

  /// Creates the error with a sentence of its own.
  init(_ sentence: String) {
    description = oneLine(sentence)
  }

  /// Creates the error for the name of something, with the nearest valid name.
  init(_ kind: String, _ name: String, among names: some Collection<String>) {
    self.init(
      "there is no \(kind) '\(shownName(name))'" + suggestionsOrNames(for: name, among: names))
  }
}
